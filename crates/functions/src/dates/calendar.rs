//! The proleptic Gregorian calendar over seconds since 1970, for any year, as package time computes it.

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
}

/// The date of a day counted from 1970-01-01.
pub(crate) fn date_of(days: i64) -> Date {
    // Years that start in March have the leap day last; an era is 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Date {
        year,
        month,
        day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
    }
}

/// Days from 1970-01-01 to a date; the day may be out of its month. Wraps where Go wraps.
pub(crate) fn days_to(date: Date) -> i64 {
    let year = date.year.wrapping_sub(i64::from(date.month <= 2));
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (date.month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era.wrapping_mul(146_097)
        .wrapping_add(of_era - 719_468)
        .wrapping_add(date.day)
        .wrapping_sub(1)
}

/// The day of the week of a day counted from 1970-01-01; 0 is Sunday.
pub(crate) fn weekday(days: i64) -> i64 {
    (days + 4).rem_euclid(7)
}

/// The day of the year, 1 to 366, of a day counted from 1970-01-01.
pub(crate) fn year_day(days: i64) -> i64 {
    days - days_to(Date {
        year: date_of(days).year,
        month: 1,
        day: 1,
    }) + 1
}

/// Whether a year has a leap day.
pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month (1 to 12) has.
pub(crate) fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A date and time of day as a clock on the wall shows it, whose parts may be out of range.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wall {
    pub(crate) date: Date,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
}

impl Wall {
    /// Seconds since 1970 as if the clock showed UTC: `time.Date` normalizes months first and lets the
    /// rest overflow.
    pub(crate) fn seconds(self) -> i64 {
        let months = self.date.month.wrapping_sub(1);
        let year = self.date.year.wrapping_add(months.div_euclid(12));
        let date = Date {
            year,
            month: months.rem_euclid(12) + 1,
            day: self.date.day,
        };
        days_to(date)
            .wrapping_mul(DAY)
            .wrapping_add(self.hour.wrapping_mul(3_600))
            .wrapping_add(self.minute.wrapping_mul(60))
            .wrapping_add(self.second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        for days in (-800_000..800_000).step_by(97) {
            assert_eq!(days_to(date_of(days)), days);
        }
        assert_eq!(
            date_of(0),
            Date {
                year: 1970,
                month: 1,
                day: 1
            }
        );
        assert_eq!(
            date_of(-719_162),
            Date {
                year: 1,
                month: 1,
                day: 1
            }
        );
        assert_eq!(
            date_of(19_782),
            Date {
                year: 2024,
                month: 2,
                day: 29
            }
        );
    }

    #[test]
    fn week_and_year_days() {
        assert_eq!(weekday(0), 4);
        assert_eq!(weekday(-5), 6);
        assert_eq!(year_day(19_782), 60);
    }
}
