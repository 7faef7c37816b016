// The words that cells give a meaning. `python/flowno_kernel/lexer.py` has the same, and a test compares them.

/** Keywords of Rhai, and `yield`. */
export const KEYWORDS = words(
  'as break case catch continue default do else export for if import in loop private return ' +
    'switch throw try until while yield'
);

/** Words that begin a definition. */
export const DECLARATIONS = words('const fn let node template');

/** Names that the language gives a meaning. */
export const PSEUDO = words('flow global this');

export const CONSTANTS = words('false true');

/** Types that parameters may be annotated with. */
export const TYPES = words('any array blob bool char float int map string');

/** Functions that every cell can call. */
export const BUILTINS = words(
  'AsyncQueue Condition Event Fn Lock azip call curry debug display exit help html image input ' +
    'is_def_fn is_def_var json latex markdown password plot print progress sleep socket spawn svg ' +
    'table timeout type_of vega'
);

function words(text) {
  return new Set(text.split(' '));
}
