//! The part that all node types share: the function that makes a draft node, and the body that it gets.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Error, FnArg, Generics, Ident, Result, Signature, parse_quote};

use crate::options::Options;
use crate::outputs::Outputs;
use crate::parameter::{Kind, Parameter};

/// What a call of a node calls.
#[derive(Default)]
pub(crate) struct Callee {
    /// What comes before a future is made.
    pub(crate) prepare: TokenStream,
    /// What comes before the call itself.
    pub(crate) begin: TokenStream,
    /// The function.
    pub(crate) path: TokenStream,
    /// The first argument, with a comma.
    pub(crate) receiver: TokenStream,
}

/// A node type as it was written.
pub(crate) struct Maker {
    pub(crate) is_async: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) outputs: Outputs,
}

impl Maker {
    /// Reads the signature of a body, and takes off what Rust would not understand.
    pub(crate) fn read(options: &Options, signature: &mut Signature) -> Result<Self> {
        let typed = signature.inputs.iter_mut().filter(|input| matches!(input, FnArg::Typed(_)));
        let parameters = typed.map(Parameter::read).collect::<Result<Vec<_>>>()?;
        let outputs = Outputs::read(options, &signature.output, &parameters)?;
        let is_async = signature.asyncness.is_some();
        let waits = parameters.iter().find(|parameter| !matches!(parameter.kind, Kind::Value(_)));
        if let (false, Some(waits)) = (is_async, waits) {
            let message = "a node that reads a stream or emits chunks is an `async fn`";
            return Err(Error::new(waits.name.span(), message));
        }
        Ok(Self { is_async, parameters, outputs })
    }

    fn inputs(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.input().is_some())
    }

    /// `x: impl IntoInput<i64, How0>, ..`.
    pub(crate) fn arguments(&self) -> TokenStream {
        let arguments = self.inputs().enumerate().map(|(index, parameter)| {
            let (name, value, how) = (&parameter.name, parameter.input(), how(index));
            let optional = parameter.default.is_some();
            quote!(#name: impl ::flowno_engine::hdl::IntoInput<#value, #how, #optional>)
        });
        quote!(#(#arguments),*)
    }

    /// The names of the arguments.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Ident> {
        self.inputs().map(|parameter| &parameter.name)
    }

    /// `generics` with what [`arguments`](Self::arguments) needs.
    pub(crate) fn generics(&self, generics: &Generics) -> Generics {
        let mut generics = generics.clone();
        for index in 0..self.inputs().count() {
            let how = how(index);
            generics.params.push(parse_quote!(#how));
        }
        generics
    }

    /// `DraftNode<(i64,)>`.
    pub(crate) fn draft(&self) -> TokenStream {
        let types = &self.outputs.types;
        quote!(::flowno_engine::DraftNode<(#(#types,)*)>)
    }

    /// Statements that make the draft node.
    pub(crate) fn make(&self, type_name: &str, callee: &Callee) -> TokenStream {
        let Callee { prepare, begin, path, receiver } = callee;
        let given = self.inputs().map(|parameter| {
            let (name, value, default) = (&parameter.name, parameter.input(), parameter.default_datum());
            let optional = parameter.default.is_some();
            quote!(::flowno_engine::hdl::argument::<#value, _, #optional>(#name, #default))
        });
        let taken: Vec<Ident> =
            (0..self.parameters.len()).map(|index| format_ident!("__arg{index}")).collect();
        let take = self.parameters.iter().map(|parameter| match &parameter.kind {
            Kind::Value(value) => quote!(__arguments.value::<#value>()?),
            Kind::Stream(chunk) => quote!(__arguments.stream::<#chunk>()?),
            Kind::Emitter(chunk) => {
                let pack = self.outputs.pack_chunk();
                quote!(__arguments.emitter::<#chunk>(#pack))
            }
        });
        let called = quote!(#path(#receiver #(#taken),*));
        let evaluation = if self.is_async {
            let end = self.outputs.finish(&quote!(#called.await));
            quote! {
                #prepare
                ::core::result::Result::Ok(::flowno_engine::flow::Evaluation::future(async move {
                    #begin
                    let __end = #end;
                    __end
                }))
            }
        } else {
            let end = self.outputs.finish(&called);
            quote! {
                #begin
                let __end = #end;
                ::core::result::Result::Ok(::flowno_engine::flow::Evaluation::Ready(__end))
            }
        };
        let signature = self.signature(type_name);
        quote! {
            let __given = ::std::vec![#(#given),*];
            let __body = ::flowno_engine::native::generated::body(
                || #signature,
                move |#[allow(unused_mut, unused_variables)] mut __arguments| {
                    #(let #taken = #take;)*
                    #evaluation
                },
            );
            ::flowno_engine::DraftNode::new(__body, __given)
        }
    }

    fn signature(&self, type_name: &str) -> TokenStream {
        let inputs = self.inputs().map(|parameter| {
            let (name, value) = (parameter.name.to_string(), parameter.input());
            let name = name.trim_start_matches("r#");
            let input = match parameter.kind {
                Kind::Stream(_) => quote!(stream_input),
                _ => quote!(input),
            };
            quote!(.#input(#name).takes(::flowno_engine::flow::PortType::of::<#value>()))
        });
        let outputs = self.outputs.signature();
        quote!(::flowno_engine::flow::Signature::new(#type_name)#(#inputs)*#outputs)
    }
}

/// The type parameter that keeps apart the ways in which an argument may be given.
pub(crate) fn how(index: usize) -> Ident {
    format_ident!("How{index}")
}
