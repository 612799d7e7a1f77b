//! How much time and memory a run may take.

use std::time::Duration;

use super::value::BadValue;

/// What a limit of the command line may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit<T> {
    Unlimited,
    At(T),
}

/// `90s`, `15m`, `3h`, seconds, or `none`.
pub(super) fn parse_time(text: &str) -> Result<Limit<Duration>, BadValue> {
    if text == "none" {
        return Ok(Limit::Unlimited);
    }
    let wrong = || {
        BadValue::new(
            "`90s`、`15m`、`3h`、`none` のように書いてください",
            "write `90s`, `15m`, `3h`, or `none`",
        )
    };
    let (digits, unit) = split(text);
    let seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let count: u32 = digits.parse().map_err(|_| wrong())?;
    if count == 0 {
        return Err(BadValue::new(
            "時間が 0 では何もできません。上限をなくすには `none` と書きます",
            "a run needs some time; `none` sets no limit",
        ));
    }
    Ok(Limit::At(Duration::from_secs_f64(f64::from(count) * seconds)))
}

/// `512M`, `8G`, or `none`.
pub(super) fn parse_memory(text: &str) -> Result<Limit<u64>, BadValue> {
    if text == "none" {
        return Ok(Limit::Unlimited);
    }
    let wrong =
        || BadValue::new("`512M`、`8G`、`none` のように書いてください", "write `512M`, `8G`, or `none`");
    let (digits, unit) = split(text);
    let shift = match unit.to_ascii_uppercase().as_str() {
        "M" | "MB" => 20,
        "G" | "GB" => 30,
        _ => return Err(wrong()),
    };
    let count: u32 = digits.parse().map_err(|_| wrong())?;
    if count == 0 {
        return Err(BadValue::new(
            "メモリが 0 では何もできません。上限をなくすには `none` と書きます",
            "a run needs some memory; `none` sets no limit",
        ));
    }
    Ok(Limit::At(u64::from(count) << shift))
}

fn split(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read() {
        assert_eq!(parse_time("90s"), Ok(Limit::At(Duration::from_secs(90))));
        assert_eq!(parse_time("15m"), Ok(Limit::At(Duration::from_secs(900))));
        assert_eq!(parse_time("2"), Ok(Limit::At(Duration::from_secs(2))));
        assert_eq!(parse_time("none"), Ok(Limit::Unlimited));
        for bad in ["", "0", "h", "3d", "-1s", "1.5h", "99999999999h"] {
            assert!(parse_time(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_memory("512M"), Ok(Limit::At(512 << 20)));
        assert_eq!(parse_memory("8G"), Ok(Limit::At(8 << 30)));
        assert_eq!(parse_memory("none"), Ok(Limit::Unlimited));
        for bad in ["", "8", "G", "0G", "1T", "99999999999G"] {
            assert!(parse_memory(bad).is_err(), "{bad}");
        }
    }
}
