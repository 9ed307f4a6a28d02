//! Days, for suppressions that end. The core has no clock: the caller says which day it is.

use std::fmt;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `2027-01-31`; none where there is no such day.
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return None;
        }
        let date = Date { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? };
        let real = (1..=12).contains(&date.month) && date.day >= 1 && date.day <= date.days_of_month();
        real.then_some(date)
    }

    /// The day that lies so many days after 1970-01-01.
    pub fn from_unix_days(mut days: u64) -> Date {
        let mut year = 1970;
        while days >= u64::from(days_of_year(year)) && year < u16::MAX {
            days -= u64::from(days_of_year(year));
            year += 1;
        }
        let mut date = Date { year, month: 1, day: 1 };
        while days >= u64::from(date.days_of_month()) && date.month < 12 {
            days -= u64::from(date.days_of_month());
            date.month += 1;
        }
        date.day = u8::try_from(days + 1).unwrap_or(31);
        date
    }

    fn days_of_month(self) -> u8 {
        match self.month {
            2 if is_leap(self.year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u16) -> u16 {
    if is_leap(year) { 366 } else { 365 }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn reads_days_that_exist() {
        for (text, exists) in [
            ("2027-01-31", true),
            ("2028-02-29", true),
            ("2027-02-29", false),
            ("2100-02-29", false),
            ("2027-13-01", false),
            ("2027-04-31", false),
            ("2027-1-31", false),
            ("2027-01-31-1", false),
            ("27-01-31", false),
            ("soon", false),
            ("+027-01-31", false),
        ] {
            assert_eq!(Date::parse(text).is_some(), exists, "{text}");
        }
        assert!(Date::parse("2027-01-31") < Date::parse("2027-02-01"));
    }

    #[test]
    fn counts_from_1970() {
        for (days, text) in
            [(0, "1970-01-01"), (58, "1970-02-28"), (11_016, "2000-02-29"), (20_818, "2026-12-31")]
        {
            assert_eq!(Date::from_unix_days(days).to_string(), text);
        }
    }
}
