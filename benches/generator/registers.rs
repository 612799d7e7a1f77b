//! What stands in each register, and how often.

use std::fmt::{self, Display};

use super::random::Random;
use super::words::{
    ASSET, AUDIT, BEDS, CENTRE, CLAUSES, CONFIDENTIALITY, CONTRACT, COUNTRY, EXTERNAL, FACILITY, FIREWALL,
    FROM, INTERNET, JAPAN, LINK, NAME, NO_ANALYSIS, PATIENTS, PENALTY, SIGNED, SINGAPORE, SUBCONTRACTORS, TO,
    UNITED_STATES, VENDOR, Word,
};
use super::writer::{Notation, Register};

/// Subcontractors stand in the layer below, so that no chain is longer.
const LAYERS: usize = 8;
/// One data centre in so many is abroad.
const CENTRES_PER_ABROAD: usize = 12;
const ASSETS_PER_FACILITY: usize = 8;

/// How many records there are of what is not counted by the facility.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    facilities: usize,
    vendors: usize,
    centres: usize,
}

impl Sizes {
    pub(super) fn of(facts: usize) -> Sizes {
        let facilities = (facts * 10 / 822).max(1);
        Sizes { facilities, vendors: facilities * 2, centres: facilities.div_ceil(5).max(3) }
    }
}

/// Ids are padded where a program gave them out, and not where people did.
#[derive(Clone, Copy)]
enum Id {
    Facility(usize),
    Centre(usize),
    Vendor(usize),
    Contract(usize),
    Asset(usize),
    Link(usize),
}

impl Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Id::Facility(n) => write!(f, "f{n:05}"),
            Id::Centre(n) => write!(f, "d{n}"),
            Id::Vendor(n) => write!(f, "v{n}"),
            Id::Contract(n) => write!(f, "c{n:07}"),
            Id::Asset(n) => write!(f, "a{n}"),
            Id::Link(n) => write!(f, "l{n:07}"),
        }
    }
}

pub(super) fn facilities(sizes: Sizes, seed: u64, notation: Notation) -> Register {
    let mut random = Random::new(seed, 1);
    let mut register = Register::new(FACILITY, notation, &[NAME, BEDS]);
    for n in 0..sizes.facilities {
        register.row(Id::Facility(n));
        register.cell(random.recorded(format_args!("第{n}病院")));
        let beds = 20 + random.below(600);
        register.cell(random.recorded(beds));
    }
    register
}

pub(super) fn centres(sizes: Sizes, seed: u64, notation: Notation) -> Register {
    let mut random = Random::new(seed, 2);
    let mut register = Register::new(CENTRE, notation, &[COUNTRY]);
    for n in 0..sizes.centres {
        register.row(Id::Centre(n));
        let abroad = if random.percent(50) { SINGAPORE } else { UNITED_STATES };
        register.word(random.recorded(if is_abroad(n) { abroad } else { JAPAN }));
    }
    register
}

fn is_abroad(centre: usize) -> bool {
    centre % CENTRES_PER_ABROAD == 2
}

/// Few vendors keep data abroad, however few centres there are.
fn centre_of_vendor(sizes: Sizes, random: &mut Random) -> usize {
    if random.percent(3) {
        let abroad = (sizes.centres - 3) / CENTRES_PER_ABROAD + 1;
        return 2 + CENTRES_PER_ABROAD * random.below(abroad);
    }
    let any = random.below(sizes.centres);
    if is_abroad(any) { any - 1 } else { any }
}

pub(super) fn vendors(sizes: Sizes, seed: u64, notation: Notation) -> Register {
    let mut random = Random::new(seed, 3);
    let mut register = Register::new(VENDOR, notation, &[NAME, SUBCONTRACTORS, CENTRE]);
    for n in 0..sizes.vendors {
        register.row(Id::Vendor(n));
        register.cell(random.recorded(format_args!("事業者{n}")));
        let subcontractors = subcontractors(n, sizes, &mut random);
        register.set(random.recorded(subcontractors).as_deref());
        let centre = centre_of_vendor(sizes, &mut random);
        register.cell(random.recorded(Id::Centre(centre)));
    }
    register
}

/// None to three different vendors of the layer below; most have none or one.
fn subcontractors(vendor: usize, sizes: Sizes, random: &mut Random) -> Vec<Id> {
    let wanted = match random.below(100) {
        0..45 => 0,
        45..80 => 1,
        80..94 => 2,
        _ => 3,
    };
    let layer = vendor % LAYERS + 1;
    let width = if layer < LAYERS { (sizes.vendors + LAYERS - 1 - layer) / LAYERS } else { 0 };
    let mut chosen = Vec::new();
    for _ in 0..wanted.min(width) {
        let next = random.below(width) * LAYERS + layer;
        if !chosen.contains(&next) {
            chosen.push(next);
        }
    }
    chosen.into_iter().map(Id::Vendor).collect()
}

pub(super) fn contracts(sizes: Sizes, seed: u64, notation: Notation) -> Register {
    let mut random = Random::new(seed, 4);
    let header = [FACILITY, VENDOR, EXTERNAL, CLAUSES, SIGNED];
    let mut register = Register::new(CONTRACT, notation, &header);
    for n in 0..sizes.facilities * 4 {
        // Contracts stand in the order of signing, not by facility.
        let facility = n % sizes.facilities;
        let careless = facility % 16 == 5;
        register.row(Id::Contract(n));
        register.cell(Some(Id::Facility(facility)));
        let vendor = random.below(sizes.vendors);
        register.cell(random.recorded(Id::Vendor(vendor)));
        let external = random.percent(if careless { 80 } else { 40 });
        register.flag(random.recorded(external));
        let clauses = clauses(careless, &mut random);
        register.words(random.recorded(clauses));
        let (year, month, day) = (2020 + random.below(6), 1 + random.below(12), 1 + random.below(28));
        register.cell(random.recorded(format_args!("{year}-{month:02}-{day:02}")));
    }
    register
}

/// A careless facility forgets the audit; a clause that the law asks for is missing now and then anywhere.
fn clauses(careless: bool, random: &mut Random) -> &'static [Word] {
    let audited = !random.percent(if careless { 85 } else { 7 });
    match (random.below(100), audited) {
        (0, _) => &[],
        (1..3, _) => &[CONFIDENTIALITY, AUDIT],
        (_, true) => &[CONFIDENTIALITY, PENALTY, NO_ANALYSIS, AUDIT],
        (_, false) => &[CONFIDENTIALITY, PENALTY, NO_ANALYSIS],
    }
}

pub(super) fn assets(sizes: Sizes, seed: u64, notation: Notation) -> Register {
    let mut random = Random::new(seed, 5);
    let mut register = Register::new(ASSET, notation, &[FACILITY, INTERNET, PATIENTS]);
    for n in 0..sizes.facilities * ASSETS_PER_FACILITY {
        register.row(Id::Asset(n));
        register.cell(Some(Id::Facility(n / ASSETS_PER_FACILITY)));
        let (internet, patients) = (random.percent(15), random.percent(25));
        register.flag(random.recorded(internet));
        register.flag(random.recorded(patients));
    }
    register
}

/// Links stay inside a facility; those without a firewall form cycles at times.
pub(super) fn links(sizes: Sizes, seed: u64, notation: Notation) -> Register {
    let mut random = Random::new(seed, 6);
    let mut register = Register::new(LINK, notation, &[FROM, TO, FIREWALL]);
    for n in 0..sizes.facilities * 10 {
        let first = n / 10 * ASSETS_PER_FACILITY;
        let from = random.below(ASSETS_PER_FACILITY);
        let to = (from + 1 + random.below(ASSETS_PER_FACILITY - 1)) % ASSETS_PER_FACILITY;
        register.row(Id::Link(n));
        register.cell(Some(Id::Asset(first + from)));
        register.cell(Some(Id::Asset(first + to)));
        let firewall = random.percent(85);
        register.flag(random.recorded(firewall));
    }
    register
}
