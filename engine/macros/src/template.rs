//! `#[node::template]`: groups.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{Error, FnArg, Generics, ItemFn, Pat, Result, ReturnType, parse_quote};

use crate::hdl::Names;
use crate::maker::how;
use crate::parameter::{Kind, Parameter};

pub(crate) fn write(mut function: ItemFn) -> Result<TokenStream> {
    if let Some(asyncness) = function.sig.asyncness {
        return Err(Error::new(
            asyncness.span,
            "a template wires nodes and waits for nothing: it is no `async fn`",
        ));
    }
    let ReturnType::Type(_, returned) = &function.sig.output else {
        let message = "a template gives the node that stands for the group: `-> DraftNode<(T,)>`";
        return Err(Error::new_spanned(&function.sig, message));
    };
    let mut inputs = function.sig.inputs.iter().cloned();
    let (view, view_type) = match inputs.next() {
        Some(FnArg::Typed(first)) => match *first.pat {
            Pat::Ident(name) => (name.ident, first.ty),
            other => return Err(Error::new_spanned(other, "the first parameter needs a name")),
        },
        _ => {
            let message = "the first parameter of a template names its nodes: `f: FlowHDLView`";
            return Err(Error::new_spanned(&function.sig, message));
        }
    };
    let parameters = inputs.map(|mut input| value(&mut input)).collect::<Result<Vec<_>>>()?;
    let mut names = Names::new(view.clone());
    names.cloned = parameters.iter().map(|parameter| parameter.name.clone()).collect();
    names.visit_block_mut(&mut function.block);
    names.check()?;
    let given = parameters.iter().enumerate().map(|(index, parameter)| {
        let (name, value, how, optional) =
            (&parameter.name, parameter.input(), how(index), parameter.default.is_some());
        quote!(#name: impl ::flowno_engine::hdl::IntoInput<#value, #how, #optional>)
    });
    let taken = parameters.iter().map(|parameter| {
        let (name, value, optional) = (&parameter.name, parameter.input(), parameter.default.is_some());
        let default = parameter.default_datum();
        quote! {
            let #name = ::flowno_engine::hdl::generated::group_input::<#value, _, #optional>(#name, #default);
        }
    });
    let generics = with_hows(&function.sig.generics, parameters.len());
    let (generics, _, bounds) = generics.split_for_impl();
    let (attributes, visibility, name) = (&function.attrs, &function.vis, &function.sig.ident);
    let (slots, statements) = (names.slots(), &function.block.stmts);
    Ok(quote! {
        #(#attributes)*
        #[allow(non_snake_case, clippy::too_many_arguments)]
        #visibility fn #name #generics(#(#given),*) -> #returned #bounds {
            #(#taken)*
            ::flowno_engine::hdl::generated::group(|#[allow(unused_variables)] #view: #view_type| -> #returned {
                #slots
                #(#statements)*
            })
        }
    })
}

fn value(input: &mut FnArg) -> Result<Parameter> {
    let parameter = Parameter::read(input)?;
    match parameter.kind {
        Kind::Value(_) => Ok(parameter),
        _ => Err(Error::new(
            parameter.name.span(),
            "a template's parameter is of the type of the edge: `T` also for a stream of `T`",
        )),
    }
}

fn with_hows(generics: &Generics, count: usize) -> Generics {
    let mut generics = generics.clone();
    for index in 0..count {
        let how = how(index);
        generics.params.push(parse_quote!(#how));
    }
    generics
}
