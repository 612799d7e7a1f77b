//! Countries: the officially assigned codes of ISO 3166-1 alpha-2, with the names by which people
//! write them in a cell.

use kijun_text::{Lang, fold_width};

/// Code, Japanese name, English name; sorted by code.
const COUNTRIES: &[(&str, &str, &str)] = &[
    ("AD", "アンドラ", "Andorra"),
    ("AE", "アラブ首長国連邦", "United Arab Emirates"),
    ("AF", "アフガニスタン", "Afghanistan"),
    ("AG", "アンティグア・バーブーダ", "Antigua and Barbuda"),
    ("AI", "アンギラ", "Anguilla"),
    ("AL", "アルバニア", "Albania"),
    ("AM", "アルメニア", "Armenia"),
    ("AO", "アンゴラ", "Angola"),
    ("AQ", "南極", "Antarctica"),
    ("AR", "アルゼンチン", "Argentina"),
    ("AS", "アメリカ領サモア", "American Samoa"),
    ("AT", "オーストリア", "Austria"),
    ("AU", "オーストラリア", "Australia"),
    ("AW", "アルバ", "Aruba"),
    ("AX", "オーランド諸島", "Åland Islands"),
    ("AZ", "アゼルバイジャン", "Azerbaijan"),
    ("BA", "ボスニア・ヘルツェゴビナ", "Bosnia and Herzegovina"),
    ("BB", "バルバドス", "Barbados"),
    ("BD", "バングラデシュ", "Bangladesh"),
    ("BE", "ベルギー", "Belgium"),
    ("BF", "ブルキナファソ", "Burkina Faso"),
    ("BG", "ブルガリア", "Bulgaria"),
    ("BH", "バーレーン", "Bahrain"),
    ("BI", "ブルンジ", "Burundi"),
    ("BJ", "ベナン", "Benin"),
    ("BL", "サン・バルテルミー", "Saint Barthélemy"),
    ("BM", "バミューダ", "Bermuda"),
    ("BN", "ブルネイ", "Brunei"),
    ("BO", "ボリビア", "Bolivia"),
    ("BQ", "ボネール、シント・ユースタティウス及びサバ", "Bonaire, Sint Eustatius and Saba"),
    ("BR", "ブラジル", "Brazil"),
    ("BS", "バハマ", "Bahamas"),
    ("BT", "ブータン", "Bhutan"),
    ("BV", "ブーベ島", "Bouvet Island"),
    ("BW", "ボツワナ", "Botswana"),
    ("BY", "ベラルーシ", "Belarus"),
    ("BZ", "ベリーズ", "Belize"),
    ("CA", "カナダ", "Canada"),
    ("CC", "ココス諸島", "Cocos Islands"),
    ("CD", "コンゴ民主共和国", "Democratic Republic of the Congo"),
    ("CF", "中央アフリカ", "Central African Republic"),
    ("CG", "コンゴ共和国", "Congo"),
    ("CH", "スイス", "Switzerland"),
    ("CI", "コートジボワール", "Côte d'Ivoire"),
    ("CK", "クック諸島", "Cook Islands"),
    ("CL", "チリ", "Chile"),
    ("CM", "カメルーン", "Cameroon"),
    ("CN", "中国", "China"),
    ("CO", "コロンビア", "Colombia"),
    ("CR", "コスタリカ", "Costa Rica"),
    ("CU", "キューバ", "Cuba"),
    ("CV", "カーボベルデ", "Cabo Verde"),
    ("CW", "キュラソー", "Curaçao"),
    ("CX", "クリスマス島", "Christmas Island"),
    ("CY", "キプロス", "Cyprus"),
    ("CZ", "チェコ", "Czechia"),
    ("DE", "ドイツ", "Germany"),
    ("DJ", "ジブチ", "Djibouti"),
    ("DK", "デンマーク", "Denmark"),
    ("DM", "ドミニカ国", "Dominica"),
    ("DO", "ドミニカ共和国", "Dominican Republic"),
    ("DZ", "アルジェリア", "Algeria"),
    ("EC", "エクアドル", "Ecuador"),
    ("EE", "エストニア", "Estonia"),
    ("EG", "エジプト", "Egypt"),
    ("EH", "西サハラ", "Western Sahara"),
    ("ER", "エリトリア", "Eritrea"),
    ("ES", "スペイン", "Spain"),
    ("ET", "エチオピア", "Ethiopia"),
    ("FI", "フィンランド", "Finland"),
    ("FJ", "フィジー", "Fiji"),
    ("FK", "フォークランド諸島", "Falkland Islands"),
    ("FM", "ミクロネシア連邦", "Micronesia"),
    ("FO", "フェロー諸島", "Faroe Islands"),
    ("FR", "フランス", "France"),
    ("GA", "ガボン", "Gabon"),
    ("GB", "英国", "United Kingdom"),
    ("GD", "グレナダ", "Grenada"),
    ("GE", "ジョージア", "Georgia"),
    ("GF", "フランス領ギアナ", "French Guiana"),
    ("GG", "ガーンジー", "Guernsey"),
    ("GH", "ガーナ", "Ghana"),
    ("GI", "ジブラルタル", "Gibraltar"),
    ("GL", "グリーンランド", "Greenland"),
    ("GM", "ガンビア", "Gambia"),
    ("GN", "ギニア", "Guinea"),
    ("GP", "グアドループ", "Guadeloupe"),
    ("GQ", "赤道ギニア", "Equatorial Guinea"),
    ("GR", "ギリシャ", "Greece"),
    ("GS", "サウスジョージア・サウスサンドウィッチ諸島", "South Georgia and the South Sandwich Islands"),
    ("GT", "グアテマラ", "Guatemala"),
    ("GU", "グアム", "Guam"),
    ("GW", "ギニアビサウ", "Guinea-Bissau"),
    ("GY", "ガイアナ", "Guyana"),
    ("HK", "香港", "Hong Kong"),
    ("HM", "ハード島とマクドナルド諸島", "Heard Island and McDonald Islands"),
    ("HN", "ホンジュラス", "Honduras"),
    ("HR", "クロアチア", "Croatia"),
    ("HT", "ハイチ", "Haiti"),
    ("HU", "ハンガリー", "Hungary"),
    ("ID", "インドネシア", "Indonesia"),
    ("IE", "アイルランド", "Ireland"),
    ("IL", "イスラエル", "Israel"),
    ("IM", "マン島", "Isle of Man"),
    ("IN", "インド", "India"),
    ("IO", "イギリス領インド洋地域", "British Indian Ocean Territory"),
    ("IQ", "イラク", "Iraq"),
    ("IR", "イラン", "Iran"),
    ("IS", "アイスランド", "Iceland"),
    ("IT", "イタリア", "Italy"),
    ("JE", "ジャージー", "Jersey"),
    ("JM", "ジャマイカ", "Jamaica"),
    ("JO", "ヨルダン", "Jordan"),
    ("JP", "日本", "Japan"),
    ("KE", "ケニア", "Kenya"),
    ("KG", "キルギス", "Kyrgyzstan"),
    ("KH", "カンボジア", "Cambodia"),
    ("KI", "キリバス", "Kiribati"),
    ("KM", "コモロ", "Comoros"),
    ("KN", "セントクリストファー・ネービス", "Saint Kitts and Nevis"),
    ("KP", "北朝鮮", "North Korea"),
    ("KR", "韓国", "South Korea"),
    ("KW", "クウェート", "Kuwait"),
    ("KY", "ケイマン諸島", "Cayman Islands"),
    ("KZ", "カザフスタン", "Kazakhstan"),
    ("LA", "ラオス", "Laos"),
    ("LB", "レバノン", "Lebanon"),
    ("LC", "セントルシア", "Saint Lucia"),
    ("LI", "リヒテンシュタイン", "Liechtenstein"),
    ("LK", "スリランカ", "Sri Lanka"),
    ("LR", "リベリア", "Liberia"),
    ("LS", "レソト", "Lesotho"),
    ("LT", "リトアニア", "Lithuania"),
    ("LU", "ルクセンブルク", "Luxembourg"),
    ("LV", "ラトビア", "Latvia"),
    ("LY", "リビア", "Libya"),
    ("MA", "モロッコ", "Morocco"),
    ("MC", "モナコ", "Monaco"),
    ("MD", "モルドバ", "Moldova"),
    ("ME", "モンテネグロ", "Montenegro"),
    ("MF", "サン・マルタン", "Saint Martin"),
    ("MG", "マダガスカル", "Madagascar"),
    ("MH", "マーシャル諸島", "Marshall Islands"),
    ("MK", "北マケドニア", "North Macedonia"),
    ("ML", "マリ", "Mali"),
    ("MM", "ミャンマー", "Myanmar"),
    ("MN", "モンゴル", "Mongolia"),
    ("MO", "マカオ", "Macao"),
    ("MP", "北マリアナ諸島", "Northern Mariana Islands"),
    ("MQ", "マルティニーク", "Martinique"),
    ("MR", "モーリタニア", "Mauritania"),
    ("MS", "モントセラト", "Montserrat"),
    ("MT", "マルタ", "Malta"),
    ("MU", "モーリシャス", "Mauritius"),
    ("MV", "モルディブ", "Maldives"),
    ("MW", "マラウイ", "Malawi"),
    ("MX", "メキシコ", "Mexico"),
    ("MY", "マレーシア", "Malaysia"),
    ("MZ", "モザンビーク", "Mozambique"),
    ("NA", "ナミビア", "Namibia"),
    ("NC", "ニューカレドニア", "New Caledonia"),
    ("NE", "ニジェール", "Niger"),
    ("NF", "ノーフォーク島", "Norfolk Island"),
    ("NG", "ナイジェリア", "Nigeria"),
    ("NI", "ニカラグア", "Nicaragua"),
    ("NL", "オランダ", "Netherlands"),
    ("NO", "ノルウェー", "Norway"),
    ("NP", "ネパール", "Nepal"),
    ("NR", "ナウル", "Nauru"),
    ("NU", "ニウエ", "Niue"),
    ("NZ", "ニュージーランド", "New Zealand"),
    ("OM", "オマーン", "Oman"),
    ("PA", "パナマ", "Panama"),
    ("PE", "ペルー", "Peru"),
    ("PF", "フランス領ポリネシア", "French Polynesia"),
    ("PG", "パプアニューギニア", "Papua New Guinea"),
    ("PH", "フィリピン", "Philippines"),
    ("PK", "パキスタン", "Pakistan"),
    ("PL", "ポーランド", "Poland"),
    ("PM", "サンピエール島・ミクロン島", "Saint Pierre and Miquelon"),
    ("PN", "ピトケアン", "Pitcairn"),
    ("PR", "プエルトリコ", "Puerto Rico"),
    ("PS", "パレスチナ", "Palestine"),
    ("PT", "ポルトガル", "Portugal"),
    ("PW", "パラオ", "Palau"),
    ("PY", "パラグアイ", "Paraguay"),
    ("QA", "カタール", "Qatar"),
    ("RE", "レユニオン", "Réunion"),
    ("RO", "ルーマニア", "Romania"),
    ("RS", "セルビア", "Serbia"),
    ("RU", "ロシア", "Russia"),
    ("RW", "ルワンダ", "Rwanda"),
    ("SA", "サウジアラビア", "Saudi Arabia"),
    ("SB", "ソロモン諸島", "Solomon Islands"),
    ("SC", "セーシェル", "Seychelles"),
    ("SD", "スーダン", "Sudan"),
    ("SE", "スウェーデン", "Sweden"),
    ("SG", "シンガポール", "Singapore"),
    (
        "SH",
        "セントヘレナ・アセンションおよびトリスタンダクーニャ",
        "Saint Helena, Ascension and Tristan da Cunha",
    ),
    ("SI", "スロベニア", "Slovenia"),
    ("SJ", "スヴァールバル諸島およびヤンマイエン島", "Svalbard and Jan Mayen"),
    ("SK", "スロバキア", "Slovakia"),
    ("SL", "シエラレオネ", "Sierra Leone"),
    ("SM", "サンマリノ", "San Marino"),
    ("SN", "セネガル", "Senegal"),
    ("SO", "ソマリア", "Somalia"),
    ("SR", "スリナム", "Suriname"),
    ("SS", "南スーダン", "South Sudan"),
    ("ST", "サントメ・プリンシペ", "Sao Tome and Principe"),
    ("SV", "エルサルバドル", "El Salvador"),
    ("SX", "シント・マールテン", "Sint Maarten"),
    ("SY", "シリア", "Syria"),
    ("SZ", "エスワティニ", "Eswatini"),
    ("TC", "タークス・カイコス諸島", "Turks and Caicos Islands"),
    ("TD", "チャド", "Chad"),
    ("TF", "フランス領南方・南極地域", "French Southern Territories"),
    ("TG", "トーゴ", "Togo"),
    ("TH", "タイ", "Thailand"),
    ("TJ", "タジキスタン", "Tajikistan"),
    ("TK", "トケラウ", "Tokelau"),
    ("TL", "東ティモール", "Timor-Leste"),
    ("TM", "トルクメニスタン", "Turkmenistan"),
    ("TN", "チュニジア", "Tunisia"),
    ("TO", "トンガ", "Tonga"),
    ("TR", "トルコ", "Türkiye"),
    ("TT", "トリニダード・トバゴ", "Trinidad and Tobago"),
    ("TV", "ツバル", "Tuvalu"),
    ("TW", "台湾", "Taiwan"),
    ("TZ", "タンザニア", "Tanzania"),
    ("UA", "ウクライナ", "Ukraine"),
    ("UG", "ウガンダ", "Uganda"),
    ("UM", "合衆国領有小離島", "United States Minor Outlying Islands"),
    ("US", "米国", "United States"),
    ("UY", "ウルグアイ", "Uruguay"),
    ("UZ", "ウズベキスタン", "Uzbekistan"),
    ("VA", "バチカン", "Holy See"),
    ("VC", "セントビンセント及びグレナディーン諸島", "Saint Vincent and the Grenadines"),
    ("VE", "ベネズエラ", "Venezuela"),
    ("VG", "イギリス領ヴァージン諸島", "British Virgin Islands"),
    ("VI", "アメリカ領ヴァージン諸島", "United States Virgin Islands"),
    ("VN", "ベトナム", "Viet Nam"),
    ("VU", "バヌアツ", "Vanuatu"),
    ("WF", "ウォリス・フツナ", "Wallis and Futuna"),
    ("WS", "サモア", "Samoa"),
    ("YE", "イエメン", "Yemen"),
    ("YT", "マヨット", "Mayotte"),
    ("ZA", "南アフリカ", "South Africa"),
    ("ZM", "ザンビア", "Zambia"),
    ("ZW", "ジンバブエ", "Zimbabwe"),
];

/// Other names in use, and the codes that people write instead of the ISO one.
const ALIASES: &[(&str, &str)] = &[
    ("アメリカ", "US"),
    ("アメリカ合衆国", "US"),
    ("USA", "US"),
    ("United States of America", "US"),
    ("America", "US"),
    ("イギリス", "GB"),
    ("UK", "GB"),
    ("Great Britain", "GB"),
    ("日本国", "JP"),
    ("中華人民共和国", "CN"),
    ("大韓民国", "KR"),
    ("Korea", "KR"),
    ("Republic of Korea", "KR"),
    ("豪州", "AU"),
    ("チェコ共和国", "CZ"),
    ("Czech Republic", "CZ"),
    ("トルコ共和国", "TR"),
    ("Turkey", "TR"),
    ("ヴェトナム", "VN"),
    ("Vietnam", "VN"),
    ("ロシア連邦", "RU"),
    ("Russian Federation", "RU"),
    ("Macau", "MO"),
    ("ニュージランド", "NZ"),
    ("UAE", "AE"),
    ("The Netherlands", "NL"),
    ("Holland", "NL"),
];

/// The code of a country given by its code, or by a Japanese or English name. Width and case do not
/// matter; `None` when it is no country of ISO 3166-1.
pub fn find(text: &str) -> Option<[u8; 2]> {
    let text = text.trim();
    // As it stands first: this is asked for every cell of a column.
    by_code(text).or_else(|| by_name(|name| name == text)).or_else(|| by_folded(text)).and_then(letters)
}

fn by_folded(text: &str) -> Option<&'static str> {
    let folded = fold_width(text).to_lowercase();
    by_code(&folded.to_uppercase()).or_else(|| by_name(|name| name.to_lowercase() == folded))
}

fn by_name(same: impl Fn(&str) -> bool) -> Option<&'static str> {
    let listed = COUNTRIES.iter().find(|(_, ja, en)| same(ja) || same(en)).map(|(code, ..)| *code);
    listed.or_else(|| ALIASES.iter().find(|(name, _)| same(name)).map(|(_, code)| *code))
}

/// Name of a country in a language; the code itself when it is not in the list.
pub fn name(code: [u8; 2], lang: Lang) -> String {
    let code: String = code.iter().map(|b| char::from(*b)).collect();
    match (COUNTRIES.iter().find(|(c, ..)| *c == code), lang) {
        (Some((_, ja, _)), Lang::Ja) => (*ja).to_owned(),
        (Some((.., en)), Lang::En) => (*en).to_owned(),
        (None, _) => code,
    }
}

/// Every code and name, for "did you mean".
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    COUNTRIES.iter().flat_map(|(_, ja, en)| [*ja, *en])
}

fn by_code(code: &str) -> Option<&'static str> {
    let found = COUNTRIES.binary_search_by_key(&code, |(c, ..)| c).ok()?;
    COUNTRIES.get(found).map(|(c, ..)| *c)
}

fn letters(code: &str) -> Option<[u8; 2]> {
    code.as_bytes().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_whole_of_iso_3166_1_and_sorted() {
        assert_eq!(COUNTRIES.len(), 249);
        assert!(COUNTRIES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ALIASES.iter().all(|(_, code)| by_code(code).is_some()));
        assert!(names().all(|name| fold_width(name) == name), "names are compared after folding");
    }

    #[test]
    fn countries_are_found_by_code_and_by_name_in_two_languages() {
        for (text, code) in [
            ("JP", "JP"),
            ("jp", "JP"),
            ("ＪＰ", "JP"),
            ("日本", "JP"),
            (" アメリカ ", "US"),
            ("米国", "US"),
            ("USA", "US"),
            ("英国", "GB"),
            ("UK", "GB"),
            ("ｱｲﾙﾗﾝﾄﾞ", "IE"),
            ("germany", "DE"),
            ("Korea", "KR"),
            ("香港", "HK"),
        ] {
            assert_eq!(find(text), letters(code), "{text}");
        }
        for text in ["XX", "EU", "ZZ", "", "アトランティス", "J"] {
            assert_eq!(find(text), None, "{text}");
        }
        assert_eq!(name(*b"JP", Lang::Ja), "日本");
        assert_eq!(name(*b"JP", Lang::En), "Japan");
    }
}
