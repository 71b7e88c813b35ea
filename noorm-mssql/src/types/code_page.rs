//! Which characters a column in a code page keeps.
//!
//! What isn't among them becomes a question mark, or a letter that looks alike, without a word
//! (<https://learn.microsoft.com/sql/relational-databases/collations/collation-and-unicode-support>).

use encoding_rs::{
    BIG5, EUC_KR, GBK, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

/// What text of a collation is encoded in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8: everything is kept.
    Utf8,
    /// A code page.
    Page(&'static encoding_rs::Encoding),
    /// One of which nothing is known here; ASCII is part of it.
    Unknown,
}

impl Encoding {
    /// Tells it from a collation's name: `SQL_Latin1_General_CP1_CI_AS`, `Cyrillic_General_CI_AS`.
    pub(crate) fn of(collation: &str) -> Self {
        if collation.to_ascii_uppercase().contains("_UTF8") {
            return Self::Utf8;
        }
        match code_page(collation).unwrap_or_else(|| language(collation)) {
            874 => Self::Page(WINDOWS_874),
            932 => Self::Page(SHIFT_JIS),
            936 => Self::Page(GBK),
            949 => Self::Page(EUC_KR),
            950 => Self::Page(BIG5),
            1250 => Self::Page(WINDOWS_1250),
            1251 => Self::Page(WINDOWS_1251),
            1252 => Self::Page(WINDOWS_1252),
            1253 => Self::Page(WINDOWS_1253),
            1254 => Self::Page(WINDOWS_1254),
            1255 => Self::Page(WINDOWS_1255),
            1256 => Self::Page(WINDOWS_1256),
            1257 => Self::Page(WINDOWS_1257),
            1258 => Self::Page(WINDOWS_1258),
            _ => Self::Unknown,
        }
    }

    /// Tells whether it is sure that `text` is not kept as it is.
    pub(crate) fn loses(self, text: &str) -> bool {
        match self {
            _ if text.is_ascii() => false,
            Self::Utf8 => false,
            Self::Page(page) => page.encode(text).2,
            Self::Unknown => false,
        }
    }
}

/// Reads `CP1` (which is 1252) or `CP437` out of a name.
fn code_page(collation: &str) -> Option<u32> {
    let number = collation.split('_').find_map(|part| {
        let (letters, digits) = part.split_at_checked(2)?;
        letters
            .eq_ignore_ascii_case("CP")
            .then_some(digits)?
            .parse()
            .ok()
    });
    number.map(|number| if number == 1 { 1252 } else { number })
}

/// The code page of a Windows collation.
fn language(collation: &str) -> u32 {
    const LANGUAGES: [(u32, &[&str]); 15] = [
        (874, &["Thai"]),
        (932, &["Japanese"]),
        (936, &["Chinese_PRC", "Chinese_Simplified"]),
        (949, &["Korean"]),
        (
            950,
            &["Chinese_Taiwan", "Chinese_Hong_Kong", "Chinese_Traditional"],
        ),
        (
            1250,
            &[
                "Albanian",
                "Bosnian_Latin",
                "Croatian",
                "Czech",
                "Hungarian",
                "Polish",
                "Romanian",
                "Serbian_Latin",
                "Slovak",
                "Slovenian",
                "Turkmen",
            ],
        ),
        (
            1251,
            &[
                "Azeri_Cyrillic",
                "Bashkir",
                "Bosnian_Cyrillic",
                "Cyrillic_General",
                "Kazakh",
                "Macedonian",
                "Serbian_Cyrillic",
                "Tatar",
                "Ukrainian",
                "Yakut",
            ],
        ),
        (
            1252,
            &[
                "Breton",
                "Corsican",
                "Danish",
                "Finnish",
                "French",
                "Frisian",
                "German",
                "Icelandic",
                "Latin1_General",
                "Mapudungan",
                "Modern_Spanish",
                "Mohawk",
                "Norwegian",
                "Romansh",
                "Sami",
                "Traditional_Spanish",
                "Upper_Sorbian",
                "Welsh",
            ],
        ),
        (1253, &["Greek"]),
        (1254, &["Azeri_Latin", "Turkish", "Uzbek_Latin"]),
        (1255, &["Hebrew"]),
        (1256, &["Arabic", "Dari", "Persian", "Uighur", "Urdu"]),
        (1257, &["Estonian", "Latvian", "Lithuanian"]),
        (1258, &["Vietnamese"]),
        (0, &[]),
    ];
    let begins = |name: &&str| {
        let head = collation.get(..name.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(name))
    };
    let of = |(_, names): &&(u32, &[&str])| names.iter().any(begins);
    LANGUAGES.iter().find(of).map_or(0, |(page, _)| *page)
}
