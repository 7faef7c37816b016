//! The options of `#[node(..)]`.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitStr, Result, Token, parenthesized};

/// What stands in the parentheses of `#[node(..)]`.
#[derive(Default)]
pub(crate) struct Options {
    /// Each element of the tuple is an output.
    pub(crate) multiple_outputs: bool,
    /// Their names, if they have some.
    pub(crate) names: Option<Vec<LitStr>>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let option: Ident = input.parse()?;
            if option == "multiple_outputs" {
                options.multiple_outputs = true;
            } else if option == "outputs" {
                let names;
                parenthesized!(names in input);
                let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&names)?;
                options.multiple_outputs = true;
                options.names = Some(names.into_iter().collect());
            } else {
                let message = "a node's options are `multiple_outputs` and `outputs(\"name\", ..)`";
                return Err(Error::new(option.span(), message));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}
