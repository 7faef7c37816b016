//! The parameters of a node: values, streams, and where chunks go.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, Error, Expr, ExprLit, FnArg, GenericArgument, Ident, Lit, Pat, PatType, PathArguments, Result,
    Type,
};

/// How a parameter gets what it is given.
pub(crate) enum Kind {
    /// A value of this type.
    Value(Type),
    /// A stream of chunks of this type.
    Stream(Type),
    /// Takes chunks of this type; no input.
    Emitter(Type),
}

pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) kind: Kind,
    pub(crate) default: Option<Expr>,
}

impl Parameter {
    /// Reads a parameter, and takes its `#[default]` off.
    pub(crate) fn read(parameter: &mut FnArg) -> Result<Self> {
        let FnArg::Typed(PatType { attrs, pat, ty, .. }) = parameter else {
            return Err(Error::new_spanned(parameter, "`self` is the state, and no input"));
        };
        let Pat::Ident(name) = &**pat else {
            return Err(Error::new_spanned(pat, "a node's parameter needs a name"));
        };
        let default = take_default(attrs)?;
        let kind = kind(ty)?;
        if let (Kind::Emitter(_), Some(default)) = (&kind, &default) {
            return Err(Error::new_spanned(default, "an `Emitter` is no input and has no default"));
        }
        Ok(Self { name: name.ident.clone(), kind, default })
    }

    /// The type of the value or of the chunks; `None` if it is no input.
    pub(crate) fn input(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Value(value) | Kind::Stream(value) => Some(value),
            Kind::Emitter(_) => None,
        }
    }

    /// The default as `Option<Datum>`.
    pub(crate) fn default_datum(&self) -> TokenStream {
        let Some(default) = &self.default else { return quote!(::core::option::Option::None) };
        let datum = quote!(::flowno_engine::native::Datum::new);
        let value = match &self.kind {
            Kind::Stream(chunk) => quote! {
                #datum(::core::iter::Iterator::collect::<::flowno_engine::native::Chunks<#chunk>>(
                    ::core::iter::IntoIterator::into_iter(#default)
                ))
            },
            Kind::Value(value) if is_text(default) && last_segment(value).is_some_and(|s| s == "String") => {
                quote!(#datum::<#value>(::std::string::String::from(#default)))
            }
            Kind::Value(value) | Kind::Emitter(value) => quote!(#datum::<#value>(#default)),
        };
        quote!(::core::option::Option::Some(#value))
    }
}

fn is_text(default: &Expr) -> bool {
    matches!(default, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }))
}

fn take_default(attributes: &mut Vec<Attribute>) -> Result<Option<Expr>> {
    let mut default = None;
    let mut rest = Vec::new();
    for attribute in attributes.drain(..) {
        if !attribute.path().is_ident("default") {
            rest.push(attribute);
        } else if default.replace(attribute.parse_args()?).is_some() {
            return Err(Error::new_spanned(attribute, "a parameter has one default"));
        }
    }
    *attributes = rest;
    Ok(default)
}

fn kind(parameter: &Type) -> Result<Kind> {
    match parameter {
        Type::Reference(_) => {
            let message = "a node owns what it is given: take `String` for `&str`, `T` for `&T`";
            return Err(Error::new_spanned(parameter, message));
        }
        Type::ImplTrait(_) => {
            return Err(Error::new_spanned(parameter, "name the type: it is that of an edge"));
        }
        _ => {}
    }
    let is = |name: &str| last_segment(parameter).is_some_and(|segment| segment == name);
    match (is("Stream"), is("Emitter"), argument(parameter)) {
        (true, _, Some(chunk)) => Ok(Kind::Stream(chunk.clone())),
        (_, true, Some(chunk)) => Ok(Kind::Emitter(chunk.clone())),
        (true, _, None) | (_, true, None) => {
            Err(Error::new_spanned(parameter, "say of what, such as `Stream<i64>` or `Emitter<i64>`"))
        }
        _ => Ok(Kind::Value(parameter.clone())),
    }
}

/// The last part of a type's path: `Stream` of `flowno_engine::Stream<i64>`.
pub(crate) fn last_segment(of: &Type) -> Option<&Ident> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// The first type argument: `i64` of `Stream<i64>`.
pub(crate) fn argument(of: &Type) -> Option<&Type> {
    let Type::Path(path) = of else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    })
}
