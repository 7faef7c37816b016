//! `#[node]` on a function.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Error, FnArg, ItemFn, Result};

use crate::maker::{Callee, Maker};
use crate::options::Options;

pub(crate) fn write(options: &Options, mut function: ItemFn) -> Result<TokenStream> {
    if let Some(receiver @ FnArg::Receiver(_)) = function.sig.inputs.first() {
        return Err(Error::new_spanned(receiver, "a node that is a function has no `self`"));
    }
    let maker = Maker::read(options, &mut function.sig)?;
    let (shown, inner): (Vec<Attribute>, Vec<Attribute>) =
        std::mem::take(&mut function.attrs).into_iter().partition(|attribute| {
            ["doc", "cfg", "deprecated"].iter().any(|name| attribute.path().is_ident(name))
        });
    let (visibility, name) =
        (std::mem::replace(&mut function.vis, syn::Visibility::Inherited), &function.sig.ident);
    let (_, own, _) = function.sig.generics.split_for_impl();
    let own = own.as_turbofish();
    let made = maker.make(&name.to_string(), &Callee { path: quote!(#name #own), ..Callee::default() });
    let all = maker.generics(&function.sig.generics);
    let (generics, _, bounds) = all.split_for_impl();
    let (arguments, draft) = (maker.arguments(), maker.draft());
    Ok(quote! {
        #(#shown)*
        #[allow(non_snake_case, clippy::too_many_arguments)]
        #visibility fn #name #generics(#arguments) -> #draft #bounds {
            #(#inner)*
            #[allow(non_snake_case, clippy::too_many_arguments, clippy::unused_async)]
            #function
            #made
        }
    })
}
