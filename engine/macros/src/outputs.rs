//! What a node gives: its outputs, and how a returned value or a chunk becomes them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Error, LitStr, Result, ReturnType, Type, parse_quote};

use crate::options::Options;
use crate::parameter::{Kind, Parameter, argument, last_segment};

pub(crate) struct Outputs {
    /// One type an output.
    pub(crate) types: Vec<Type>,
    names: Option<Vec<LitStr>>,
    /// The outputs are the elements of one tuple.
    multiple: bool,
    /// The body gives a `Result`.
    fallible: bool,
    /// The type of a chunk, if the node is streaming.
    chunk: Option<Type>,
    /// The body gives no value: a stream's chunks are folded.
    folds: bool,
}

impl Outputs {
    pub(crate) fn read(options: &Options, returned: &ReturnType, parameters: &[Parameter]) -> Result<Self> {
        let returned = match returned {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, returned) => (**returned).clone(),
        };
        let fallible = last_segment(&returned).is_some_and(|segment| segment == "Result");
        let value = match argument(&returned) {
            Some(value) if fallible => value.clone(),
            _ if fallible => {
                return Err(Error::new_spanned(returned, "say what the `Result` holds: `Result<T, E>`"));
            }
            _ => returned,
        };
        let mut chunks = parameters.iter().filter_map(|parameter| match &parameter.kind {
            Kind::Emitter(chunk) => Some(chunk.clone()),
            _ => None,
        });
        let chunk = chunks.next();
        if let Some(second) = chunks.next() {
            return Err(Error::new_spanned(second, "a node has one `Emitter`; several outputs share it"));
        }
        let folds = chunk.is_some() && matches!(&value, Type::Tuple(unit) if unit.elems.is_empty());
        let given = chunk.as_ref().unwrap_or(&value);
        let types = match given {
            Type::Tuple(tuple) if options.multiple_outputs => tuple.elems.iter().cloned().collect(),
            _ if options.multiple_outputs => {
                let message = "a node with multiple outputs gives a tuple, one element an output";
                return Err(Error::new_spanned(given, message));
            }
            _ => vec![given.clone()],
        };
        check_names(options, &types, given)?;
        let (multiple, names) = (options.multiple_outputs, options.names.clone());
        Ok(Self { types, names, multiple, fallible, chunk, folds })
    }

    /// The rest of a `Signature::new(..)`.
    pub(crate) fn signature(&self) -> TokenStream {
        let (types, count) = (&self.types, self.types.len());
        let ports = match &self.names {
            Some(names) => quote!(.named_outputs(&[#(#names),*])),
            None => quote!(.outputs(#count)),
        };
        let streaming = self.chunk.is_some().then(|| quote!(.streaming()));
        quote! { #ports.gives([#(::flowno_engine::flow::PortType::of::<#types>()),*])#streaming }
    }

    /// A function from a chunk to the outputs.
    pub(crate) fn pack_chunk(&self) -> TokenStream {
        let (pattern, values) = self.taken_apart();
        let (chunk, types) = (&self.chunk, &self.types);
        quote! {
            |#pattern: #chunk| {
                #[allow(unused_imports)]
                use ::flowno_engine::native::generated::{FoldByTrait as _, HeapByTrait as _, NoFold as _, NoHeap as _};
                ::flowno_engine::native::generated::smallvec![#(::flowno_engine::native::generated::chunk(
                    #values,
                    (&::flowno_engine::native::generated::FoldOf::<#types>::NEW).find(),
                    (&::flowno_engine::native::generated::HeapOf::<#types>::NEW).find(),
                )),*]
            }
        }
    }

    /// How the call ends, from what the body gave.
    pub(crate) fn finish(&self, given: &TokenStream) -> TokenStream {
        let (pattern, values) = self.taken_apart();
        let generated = quote!(::flowno_engine::native::generated);
        let (pattern, end) = match self.folds {
            true => (quote!(()), quote!(#generated::fold())),
            false => (
                pattern,
                quote! {
                    #generated::values(#generated::smallvec![#(::flowno_engine::native::Datum::new(#values)),*])
                },
            ),
        };
        match self.fallible {
            false => quote!(match #given { #pattern => #end }),
            true => quote! {
                match #given {
                    ::core::result::Result::Ok(#pattern) => #end,
                    ::core::result::Result::Err(__error) => {
                        ::core::result::Result::Err(#generated::node_error(__error))
                    }
                }
            },
        }
    }

    /// A pattern for the whole, and a name for each output in it.
    fn taken_apart(&self) -> (TokenStream, Vec<TokenStream>) {
        let names: Vec<TokenStream> = (0..self.types.len())
            .map(|index| {
                let name = format_ident!("__value{index}");
                quote!(#name)
            })
            .collect();
        match self.multiple {
            true => (quote!((#(#names,)*)), names),
            false => (quote!(#(#names)*), names),
        }
    }
}

fn check_names(options: &Options, types: &[Type], given: &Type) -> Result<()> {
    let Some(names) = &options.names else { return Ok(()) };
    if names.len() != types.len() {
        let message = format!("{} name(s) for {} output(s)", names.len(), types.len());
        return Err(Error::new_spanned(given, message));
    }
    match names
        .iter()
        .enumerate()
        .find(|(index, name)| names[..*index].iter().any(|other| other.value() == name.value()))
    {
        Some((_, twice)) => Err(Error::new(twice.span(), "two outputs of one name")),
        None => Ok(()),
    }
}
