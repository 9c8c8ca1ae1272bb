//! The macro for words that stand in stored documents: a closed list today, open for tomorrow's app.

/// Makes an enum whose variants are stored as fixed words and whose `Unknown` carries any other word unharmed.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A word of a newer app, carried as it came.
            Unknown(String),
        }

        impl $name {
            /// Every word this app knows, in the order a list shows them.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as it is stored.
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Unknown(code) => code,
                }
            }

            /// Reads a stored word; one that is not known becomes `Unknown`.
            pub fn from_code(code: &str) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }

            /// Whether this app knows the word.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl From<String> for $name {
            fn from(code: String) -> Self {
                Self::from_code(&code)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.code().to_owned()
            }
        }
    };
}

pub(crate) use codes;

#[cfg(test)]
mod tests {
    codes! {
        /// Two words.
        Sample { First = "pertama", Second = "kedua", }
    }

    #[test]
    fn a_word_of_a_newer_app_survives_the_round_trip() {
        for text in ["\"pertama\"", "\"kedua\"", "\"ketiga\""] {
            let value: Sample = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
        }
        assert!(!Sample::from_code("ketiga").is_known());
        assert_eq!(Sample::KNOWN, [Sample::First, Sample::Second]);
    }
}
