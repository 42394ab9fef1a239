//! The declarations that types, reader, JSON Schema and manual come from.

/// Declares a mapping with known keys: `"key" => field: Type`, each with its documentation. `owner` is
/// what messages call the mapping.
macro_rules! record {
    (
        owner $owner:literal;
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $( $(#[doc = $field_doc:literal])* $key:literal => $field:ident: $type:ty, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $type, )*
        }

        impl $crate::field::Field for $name {
            const DEFAULT: &'static str = "–";

            fn shape() -> $crate::shape::Shape {
                $crate::shape::Shape::Record($crate::shape::Record {
                    owner: $owner,
                    doc: $crate::shape::prose(&[$($doc),*]),
                    fields: vec![$(
                        $crate::shape::FieldShape {
                            key: $key,
                            doc: $crate::shape::prose(&[$($field_doc),*]),
                            shape: <$type as $crate::field::Field>::shape(),
                            default: <$type as $crate::field::Field>::DEFAULT,
                        },
                    )*],
                })
            }

            fn read(
                node: ::evenkeel_yaml::NodeRef<'_>,
                reader: &mut $crate::reader::Reader<'_>,
            ) -> Option<$name> {
                let fields = $crate::field::Fields::read(node, reader, $owner, &[$($key),*])?;
                // All fields are read before the first that is missing ends it.
                $( let $field = fields.take($key, reader); )*
                Some($name { $( $field: $field?, )* })
            }

            fn absent() -> Option<$name> {
                Some($name { $( $field: <$type as $crate::field::Field>::absent()?, )* })
            }
        }
    };
}

/// Declares a choice of words: `Variant = "word"`, each with its documentation. `what` is what messages
/// call the choice.
macro_rules! choice {
    (
        what $what:literal;
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $( $(#[doc = $word_doc:literal])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[doc = $word_doc])* $variant, )*
        }

        impl $name {
            /// The word that the configuration has for it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $( $name::$variant => $word, )*
                }
            }
        }

        impl $crate::field::Field for $name {
            fn shape() -> $crate::shape::Shape {
                $crate::shape::Shape::Choice(vec![$(
                    ($word, concat!($($word_doc),*)),
                )*])
            }

            fn read(
                node: ::evenkeel_yaml::NodeRef<'_>,
                reader: &mut $crate::reader::Reader<'_>,
            ) -> Option<$name> {
                let words = [$($word),*];
                let text = reader.text(node, $what)?;
                match text.as_str() {
                    $( $word => Some($name::$variant), )*
                    _ => $crate::similar::no_such(reader, node.span(), $what, &text, &words),
                }
            }
        }
    };
}
