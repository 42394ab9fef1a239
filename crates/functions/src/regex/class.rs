//! Sets of characters as Go's expressions write them: `\d`, `[:alpha:]`, `\p{Greek}`.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// Unicode scripts that Go knows by name. Those of several words are missing: Go 1.26 looks a name up
/// without its underscores, and so does not find them.
#[rustfmt::skip]
const SCRIPTS: [&str; 117] = [
    "Adlam", "Ahom", "Arabic", "Armenian", "Avestan", "Balinese", "Bamum",
    "Batak", "Bengali", "Bhaiksuki", "Bopomofo", "Brahmi", "Braille", "Buginese",
    "Buhid", "Carian", "Chakma", "Cham", "Cherokee", "Chorasmian", "Common",
    "Coptic", "Cuneiform", "Cypriot", "Cyrillic", "Deseret", "Devanagari", "Dogra",
    "Duployan", "Elbasan", "Elymaic", "Ethiopic", "Georgian", "Glagolitic", "Gothic",
    "Grantha", "Greek", "Gujarati", "Gurmukhi", "Han", "Hangul", "Hanunoo",
    "Hatran", "Hebrew", "Hiragana", "Inherited", "Javanese", "Kaithi", "Kannada",
    "Katakana", "Kawi", "Kharoshthi", "Khmer", "Khojki", "Khudawadi", "Lao",
    "Latin", "Lepcha", "Limbu", "Lisu", "Lycian", "Lydian", "Mahajani",
    "Makasar", "Malayalam", "Mandaic", "Manichaean", "Marchen", "Medefaidrin", "Miao",
    "Modi", "Mongolian", "Mro", "Multani", "Myanmar", "Nabataean", "Nandinagari",
    "Newa", "Nko", "Nushu", "Ogham", "Oriya", "Osage", "Osmanya",
    "Palmyrene", "Phoenician", "Rejang", "Runic", "Samaritan", "Saurashtra", "Sharada",
    "Shavian", "Siddham", "Sinhala", "Sogdian", "Soyombo", "Sundanese", "Syriac",
    "Tagalog", "Tagbanwa", "Takri", "Tamil", "Tangsa", "Tangut", "Telugu",
    "Thaana", "Thai", "Tibetan", "Tifinagh", "Tirhuta", "Toto", "Ugaritic",
    "Vai", "Vithkuqi", "Wancho", "Yezidi", "Yi",
];

/// Long names of categories (`unicode.CategoryAliases`), written as Go compares them, with their short ones.
#[rustfmt::skip]
const CATEGORY_ALIASES: [(&str, &str); 42] = [
    ("Casedletter", "LC"), ("Closepunctuation", "Pe"), ("Cntrl", "Cc"), ("Combiningmark", "M"),
    ("Connectorpunctuation", "Pc"), ("Control", "Cc"), ("Currencysymbol", "Sc"), ("Dashpunctuation", "Pd"),
    ("Decimalnumber", "Nd"), ("Digit", "Nd"), ("Enclosingmark", "Me"), ("Finalpunctuation", "Pf"),
    ("Format", "Cf"), ("Initialpunctuation", "Pi"), ("Letter", "L"), ("Letternumber", "Nl"),
    ("Lineseparator", "Zl"), ("Lowercaseletter", "Ll"), ("Mark", "M"), ("Mathsymbol", "Sm"),
    ("Modifierletter", "Lm"), ("Modifiersymbol", "Sk"), ("Nonspacingmark", "Mn"), ("Number", "N"),
    ("Openpunctuation", "Ps"), ("Other", "C"), ("Otherletter", "Lo"), ("Othernumber", "No"),
    ("Otherpunctuation", "Po"), ("Othersymbol", "So"), ("Paragraphseparator", "Zp"), ("Privateuse", "Co"),
    ("Punct", "P"), ("Punctuation", "P"), ("Separator", "Z"), ("Spaceseparator", "Zs"),
    ("Spacingmark", "Mc"), ("Surrogate", "Cs"), ("Symbol", "S"), ("Titlecaseletter", "Lt"),
    ("Unassigned", "Cn"), ("Uppercaseletter", "Lu"),
];

const CATEGORIES: [&str; 37] = [
    "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
    "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm",
    "So", "Z", "Zl", "Zp", "Zs",
];

/// A set over a range of code points; surrogates are in no text.
pub(super) fn range(low: u32, high: u32) -> ClassUnicode {
    let part = |low: u32, high: u32| {
        let (low, high) = (char::from_u32(low)?, char::from_u32(high)?);
        (low <= high).then(|| ClassUnicodeRange::new(low, high))
    };
    let below = part(low, high.min(0xd7ff));
    let above = part(low.max(0xe000), high);
    ClassUnicode::new(below.into_iter().chain(above))
}

/// `\d`, `\s`, `\w` and their capitals; `None` for other letters.
pub(super) fn perl(letter: u8, fold: bool) -> Option<ClassUnicode> {
    let set = match letter.to_ascii_lowercase() {
        b'd' => ascii(&[(b'0', b'9')]),
        b's' => ascii(&[(b'\t', b'\n'), (0x0c, b'\r'), (b' ', b' ')]),
        b'w' => ascii(&[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')]),
        _ => return None,
    };
    Some(group(set, letter.is_ascii_uppercase(), fold))
}

/// The set of a POSIX name such as `alpha` or `^alpha`.
pub(super) fn posix(name: &[u8], fold: bool) -> Option<ClassUnicode> {
    let (negated, name) = match name {
        [b'^', rest @ ..] => (true, rest),
        name => (false, name),
    };
    let set: &[(u8, u8)] = match name {
        b"alnum" => &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')],
        b"alpha" => &[(b'A', b'Z'), (b'a', b'z')],
        b"ascii" => &[(0, 0x7f)],
        b"blank" => &[(b'\t', b'\t'), (b' ', b' ')],
        b"cntrl" => &[(0, 0x1f), (0x7f, 0x7f)],
        b"digit" => &[(b'0', b'9')],
        b"graph" => &[(b'!', b'~')],
        b"lower" => &[(b'a', b'z')],
        b"print" => &[(b' ', b'~')],
        b"punct" => &[(b'!', b'/'), (b':', b'@'), (b'[', b'`'), (b'{', b'~')],
        b"space" => &[(b'\t', b'\r'), (b' ', b' ')],
        b"upper" => &[(b'A', b'Z')],
        b"word" => &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')],
        b"xdigit" => &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')],
        _ => return None,
    };
    Some(group(ascii(set), negated, fold))
}

/// The set of a category or script, as `\p{name}` has it; `None` for names that Go does not know.
pub(super) fn unicode(name: &str, negated: bool, fold: bool) -> Option<ClassUnicode> {
    let name = canonical(name);
    let set = match name.as_str() {
        "Any" => range(0, 0x10_ffff),
        "Ascii" => range(0, 0x7f),
        "Assigned" => known(),
        "Lc" => assigned("LC"),
        name => table(name)?,
    };
    Some(group(set, negated, fold))
}

fn table(name: &str) -> Option<ClassUnicode> {
    let alias = CATEGORY_ALIASES
        .iter()
        .find(|(long, _)| *long == name)
        .map(|(_, short)| *short);
    let name = alias.unwrap_or(name);
    if !CATEGORIES.contains(&name) && !SCRIPTS.contains(&name) {
        return None;
    }
    let mut set = assigned(name);
    if matches!(name, "C" | "Cn") {
        // What is new since Go's version of Unicode is unassigned there.
        let mut new = known();
        new.negate();
        set.union(&new);
    }
    Some(set)
}

/// The characters of a category or script that Go's version of Unicode has.
fn assigned(name: &str) -> ClassUnicode {
    let mut set = property(&format!(r"\p{{{name}}}"));
    set.intersect(&known());
    set
}

fn known() -> ClassUnicode {
    property(r"\p{Age=15.0}")
}

fn property(class: &str) -> ClassUnicode {
    match regex_syntax::parse(class).map(regex_syntax::hir::Hir::into_kind) {
        Ok(HirKind::Class(Class::Unicode(set))) => set,
        _ => ClassUnicode::empty(),
    }
}

/// Go's `canonicalName`: one capital, then lower case, nothing between words.
fn canonical(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    let case = |(at, c): (usize, char)| {
        if at == 0 {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    letters.enumerate().map(case).collect()
}

fn ascii(ranges: &[(u8, u8)]) -> ClassUnicode {
    let range = |&(low, high): &(u8, u8)| ClassUnicodeRange::new(low.into(), high.into());
    ClassUnicode::new(ranges.iter().map(range))
}

/// Folds case first, then negates.
fn group(mut set: ClassUnicode, negated: bool, fold: bool) -> ClassUnicode {
    if fold {
        fold_case(&mut set);
    }
    if negated {
        set.negate();
    }
    set
}

/// Adds what is equal in another case.
pub(super) fn fold_case(set: &mut ClassUnicode) {
    // The tables for folding are compiled in; without them the set stays as it is.
    let _ = set.try_case_fold_simple();
}
