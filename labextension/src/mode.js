// Flowno's cells, token by token: a stream parser for CodeMirror's `StreamLanguage`.
//
// What nests is kept on a stack, the innermost last: brackets, each with the indentation of the line that opened it,
// texts in backticks, and comments. A `}` closes what is on top, so that the end of an interpolation is known.

import { BUILTINS, CONSTANTS, DECLARATIONS, KEYWORDS, PSEUDO, TYPES } from './words.js';

const NAME = /^[A-Za-z_]\w*/;

const NUMBERS = [
  /^0[xX][\da-fA-F_]+/,
  /^0[oO][0-7_]+/,
  /^0[bB][01_]+/,
  // The dots of a range and of a method call belong to no number.
  /^\d[\d_]*(\.(?![.A-Za-z_])[\d_]*)?([eE][+-]?\d[\d_]*)?/
];

const ESCAPE = /^\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)/;

const OPEN = '([{';
const CLOSE = ')]}';

/** The mode, as `StreamLanguage.define` takes it. */
export const mode = {
  name: 'rhai',

  startState: () => ({ stack: [], raw: '', string: false, before: '' }),

  copyState: state => ({ ...state, stack: state.stack.slice() }),

  token(stream, state) {
    const inner = state.stack.at(-1)?.kind;
    if (inner === 'comment') return comment(stream, state);
    if (inner === 'text') return text(stream, state);
    if (state.raw) return raw(stream, state);
    if (state.string) return string(stream, state);
    return code(stream, state);
  },

  indent(state, textAfter, context) {
    const inner = state.stack.at(-1);
    // Blanks inside texts, and at the beginning of a comment's lines, are the user's.
    if (inner?.kind === 'comment' || inner?.kind === 'text' || state.raw || state.string) return null;
    if (!inner) return 0;
    return inner.indent + (CLOSE.includes(textAfter.charAt(0) || ' ') ? 0 : context.unit);
  },

  languageData: {
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{', '"', '`'] },
    indentOnInput: /^\s*[)\]}]$/
  }
};

function code(stream, state) {
  if (stream.eatSpace()) return null;
  const before = state.before;
  state.before = '';
  // nbval's markers must begin with `#`, which begins no comment otherwise.
  if (stream.match(/^#[ \t]*NBVAL_.*/)) return 'meta';
  if (stream.match('//')) {
    const doc = /^[/!](?!\/)/.test(stream.string.slice(stream.pos));
    stream.skipToEnd();
    return doc ? 'docComment' : 'comment';
  }
  if (stream.match('/*')) {
    state.stack.push({ kind: 'comment' });
    return comment(stream, state);
  }
  if (stream.match('`')) {
    state.stack.push({ kind: 'text' });
    return text(stream, state);
  }
  if (stream.match('"')) return string(stream, state);
  const hashes = stream.match(/^(#+)"/);
  if (hashes) {
    state.raw = `"${hashes[1]}`;
    return raw(stream, state);
  }
  if (stream.match(/^'(\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)|[^'\\])'/u)) return 'character';
  if (NUMBERS.some(number => stream.match(number))) return 'number';
  if (stream.match(NAME)) return name(stream, state, before);
  return symbol(stream, state);
}

function name(stream, state, before) {
  const word = stream.current();
  if (before === '.') return 'propertyName';
  if (before === 'node' || before === 'template') return 'typeName.definition';
  if (before === 'fn') return 'variableName.function.definition';
  if ((before === ':' || before === '->') && TYPES.has(word)) return 'typeName';
  if (DECLARATIONS.has(word)) {
    state.before = word;
    return 'definitionKeyword';
  }
  if (KEYWORDS.has(word)) return 'keyword';
  // Words of node headers only.
  if (word === 'stream' && stream.match(/^\s+[A-Za-z_]/, false)) return 'modifier';
  if (word === 'with' && stream.match(/^\s*#\{/, false)) return 'modifier';
  if (CONSTANTS.has(word)) return 'atom';
  if (PSEUDO.has(word)) return 'self';
  if (BUILTINS.has(word)) return 'variableName.standard';
  return stream.match(/^\s*\(/, false) ? 'variableName.function' : 'variableName';
}

function symbol(stream, state) {
  if (stream.match('#{')) return open(stream, state, '{');
  if (stream.match('->')) {
    state.before = '->';
    return 'operator';
  }
  const c = stream.next();
  if (OPEN.includes(c)) return open(stream, state, c);
  if (CLOSE.includes(c)) return close(state, c);
  // One dot is an access; two are a range.
  if (c === '.' && !stream.match(/^\.+/)) state.before = '.';
  if (c === ':') state.before = ':';
  return /[;,.:]/.test(c) ? 'punctuation' : 'operator';
}

function open(stream, state, kind) {
  state.stack.push({ kind, indent: stream.indentation() });
  return kind === '{' ? 'brace' : 'bracket';
}

function close(state, c) {
  const inner = state.stack.at(-1)?.kind;
  if (inner === '${' && c === '}') {
    state.stack.pop();
    return 'string.special';
  }
  if (inner === OPEN[CLOSE.indexOf(c)]) state.stack.pop();
  return c === '}' ? 'brace' : 'bracket';
}

/** Block comments nest. */
function comment(stream, state) {
  while (!stream.eol()) {
    if (stream.match('/*')) {
      state.stack.push({ kind: 'comment' });
    } else if (stream.match('*/')) {
      state.stack.pop();
      if (state.stack.at(-1)?.kind !== 'comment') break;
    } else {
      stream.next();
    }
  }
  return 'comment';
}

/** A text in backticks, up to an interpolation or its end. */
function text(stream, state) {
  if (stream.match('${')) {
    state.stack.push({ kind: '${', indent: stream.indentation() });
    return 'string.special';
  }
  while (!stream.eol()) {
    if (stream.match('${', false)) break;
    if (stream.match('``')) continue;
    if (stream.next() === '`') {
      state.stack.pop();
      break;
    }
  }
  return 'string';
}

/** A string in quotes; a line ends it unless that ends with a backslash. */
function string(stream, state) {
  state.string = false;
  while (!stream.eol()) {
    if (stream.match(ESCAPE)) continue;
    const c = stream.next();
    if (c === '"') return 'string';
    if (c === '\\') state.string = true;
  }
  return 'string';
}

/** A raw string, to the quote with as many hashes as it began with. */
function raw(stream, state) {
  if (stream.skipTo(state.raw)) {
    stream.match(state.raw);
    state.raw = '';
  } else {
    stream.skipToEnd();
  }
  return 'string';
}
