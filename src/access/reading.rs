//! Numbers, dates and addresses as IAM reads them.

use std::net::IpAddr;

/// A number.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Seconds since 1970 of an ISO 8601 date, or of a number of seconds.
pub(super) fn date(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return seconds.is_finite().then_some(seconds);
    }
    let (day, time) = text.split_once(['T', 't']).unwrap_or((text, "00:00:00Z"));
    let mut parts = day.splitn(3, '-').map(str::parse::<i32>);
    let (year, month, day) =
        (parts.next()?.ok()?, parts.next().unwrap_or(Ok(1)).ok()?, parts.next().unwrap_or(Ok(1)).ok()?);
    let (time, offset) = zone(time)?;
    let mut parts = time.splitn(3, ':').map(str::parse::<f64>);
    let hour = parts.next()?.ok()?;
    let (minute, second) = (parts.next().unwrap_or(Ok(0.0)).ok()?, parts.next().unwrap_or(Ok(0.0)).ok()?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from the civil calendar, by the usual count of 400-year eras.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(f64::from(days) * 86_400.0 + hour * 3_600.0 + minute * 60.0 + second - offset)
}

/// A time without its zone, and the zone's seconds before UTC.
fn zone(time: &str) -> Option<(&str, f64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0.0));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, 0.0)) };
    let (time, zone) = (time.get(..at)?, time.get(at..)?);
    let sign = if zone.starts_with('-') { -1.0 } else { 1.0 };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = (digits.get(..2)?.parse::<f64>().ok()?, digits.get(2..4).unwrap_or("0"));
    Some((time, sign * (hours * 3_600.0 + minutes.parse::<f64>().ok()? * 60.0)))
}

/// An ISO 8601 date of whole seconds since 1970.
pub(super) fn iso(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "dates of this era")]
    let seconds = seconds.floor() as i64;
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let of_years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_years + of_years / 4 - of_years / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = of_years + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The address and the length of a block such as `10.0.0.0/8`, or of one address.
pub(super) fn block(cidr: &str) -> Option<(IpAddr, u32)> {
    let (address, length) =
        cidr.split_once('/').map_or((cidr, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.trim().parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(most), |length| length.trim().parse().ok())?;
    (length <= most).then_some((address, length))
}

/// The first and the last address of a block, as numbers, and whether it is of IPv4.
pub(super) fn range((address, length): (IpAddr, u32)) -> (u128, u128, bool) {
    let (number, most, v4) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32, true),
        IpAddr::V6(address) => (u128::from(address), 128, false),
    };
    let free = u128::MAX.checked_shr(128 - (most - length)).unwrap_or(0);
    (number & !free, number | free, v4)
}
