//! `#[node]` on an `impl` block: a node with a state.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg, ImplItem, ImplItemFn, ItemImpl, ReceiverKind, Result};

use crate::maker::{Callee, Maker};
use crate::options::Options;
use crate::parameter::last_segment;

pub(crate) fn write(options: &Options, mut block: ItemImpl) -> Result<TokenStream> {
    let Some(name) = last_segment(&block.self_ty).cloned() else {
        return Err(Error::new_spanned(&block.self_ty, "a node's state is a struct"));
    };
    if let Some((path, _)) = &block.trait_ {
        return Err(Error::new_spanned(path, "a node is made of the struct's own `impl` block"));
    }
    let call = call_of(&mut block)?;
    if let Some(generic) = call.sig.generics.params.first() {
        return Err(Error::new_spanned(generic, "generic parameters go to the `impl` block"));
    }
    let maker = Maker::read(options, &mut call.sig)?;
    let visibility = call.vis.clone();
    let state = &block.self_ty;
    let callee = Callee {
        prepare: quote!(let __state = ::std::rc::Rc::clone(&__state);),
        begin: quote!(let mut __state = ::flowno_engine::native::generated::hold(&__state)?;),
        path: quote!(<#state>::call),
        receiver: quote!(&mut *__state,),
    };
    let made = maker.make(&name.to_string(), &callee);
    let node_generics = maker.generics(&syn::Generics::default());
    let (generics, _, _) = node_generics.split_for_impl();
    let (own, _, bounds) = block.generics.split_for_impl();
    let maker_generics = maker.generics(&block.generics);
    let (all, _, _) = maker_generics.split_for_impl();
    let (arguments, draft, names) = (maker.arguments(), maker.draft(), maker.names());
    let about = format!("Makes a node that begins with the default state. See [`struct@{name}`].");
    Ok(quote! {
        #block

        #[doc = #about]
        #[allow(non_snake_case, unreachable_pub, dead_code, clippy::too_many_arguments)]
        #visibility fn #name #all(#arguments) -> #draft #bounds {
            <#state as ::core::default::Default>::default().node(#(#names),*)
        }

        impl #own #state #bounds {
            /// Makes a node that begins with this state.
            #[allow(unreachable_pub, dead_code, clippy::too_many_arguments, clippy::await_holding_refcell_ref)]
            #visibility fn node #generics(self, #arguments) -> #draft {
                let __state = ::std::rc::Rc::new(::core::cell::RefCell::new(self));
                #made
            }
        }
    })
}

fn call_of(block: &mut ItemImpl) -> Result<&mut ImplItemFn> {
    let missing = Error::new_spanned(&block.self_ty, "a node's `impl` block has a method `call`");
    let call = block.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(method) if method.sig.ident == "call" => Some(method),
        _ => None,
    });
    let call = call.ok_or(missing)?;
    match call.sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) if matches!(receiver.kind, ReceiverKind::Reference(..)) => Ok(call),
        _ => Err(Error::new_spanned(&call.sig, "`call` takes `&mut self` or `&self`")),
    }
}
