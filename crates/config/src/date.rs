//! Calendar dates.

use std::fmt;

use evenkeel_yaml::NodeRef;

use crate::field::Field;
use crate::reader::Reader;
use crate::shape::Shape;

/// A day of the Gregorian calendar; ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Four digits.
    pub year: u16,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`; nothing if there is no such day.
    pub fn new(text: &str) -> Option<Date> {
        let digits = |part: &str, count: usize| -> Option<u16> {
            let all = part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
            all.then(|| part.parse().ok())?
        };
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let date = Date {
            year: digits(year, 4)?,
            month: digits(month, 2)?.try_into().ok()?,
            day: digits(day, 2)?.try_into().ok()?,
        };
        let exists = (1..=date.days_of_month()).contains(&date.day);
        (parts.next().is_none() && exists).then_some(date)
    }

    fn days_of_month(self) -> u8 {
        let leap = self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Field for Date {
    fn shape() -> Shape {
        Shape::Text {
            what: "date",
            pattern: Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Date> {
        let text = reader.text(node, "a date")?;
        let date = Date::new(&text);
        date.or_else(|| {
            let message = format!("`{text}` is no date");
            reader.invalid(node.span(), message, "write YYYY-MM-DD")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let check = |text: &str, exists: bool| {
            let date = Date::new(text);
            assert_eq!(
                date.map(|d| d.to_string()).as_deref() == Some(text),
                exists,
                "{text}"
            );
        };
        check("2027-06-30", true);
        check("2028-02-29", true);
        check("2027-02-29", false);
        check("2100-02-29", false);
        check("2027-13-01", false);
        check("2027-6-30", false);
        check("2027-06-30T00:00:00Z", false);
        check("+027-06-30", false);
        assert!(Date::new("2027-06-30") < Date::new("2027-07-01"));
    }
}
