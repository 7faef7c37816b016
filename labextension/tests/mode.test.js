// The mode, driven as CodeMirror drives it.

import assert from 'node:assert/strict';
import test from 'node:test';

import { StreamLanguage, StringStream, getIndentation, indentUnit } from '@codemirror/language';
import { EditorState } from '@codemirror/state';

import { mode } from '../src/mode.js';

/** The tokens of a cell as `[text, style]`, neighbours of one style joined; blanks left out. */
function tokens(code) {
  const state = mode.startState();
  const found = [];
  for (const line of code.split('\n')) {
    const stream = new StringStream(line, 4, 4);
    while (!stream.eol()) {
      stream.start = stream.pos;
      const style = mode.token(stream, state);
      assert.ok(stream.pos > stream.start, `nothing was read of ${line.slice(stream.pos)}`);
      if (!style) continue;
      const last = found.at(-1);
      if (last?.[1] === style && style === 'string') last[0] += stream.current();
      else found.push([stream.current(), style]);
    }
  }
  return found;
}

function styles(code) {
  return Object.fromEntries(tokens(code));
}

/** What each line of a cell is indented by when the editor does it. */
function indented(code) {
  const lines = code.split('\n').map(line => line.trim());
  let text = '';
  for (const line of lines) {
    const state = EditorState.create({
      doc: text + line,
      extensions: [StreamLanguage.define(mode), indentUnit.of('    ')]
    });
    const columns = getIndentation(state, text.length) ?? 0;
    text += ' '.repeat(columns) + line + '\n';
  }
  return text.trimEnd();
}

test('a node header has its own words', () => {
  const found = styles('node Total(stream xs, y: int) -> float with #{ n: 0 } { yield this.n; flow.a }');
  assert.equal(found.node, 'definitionKeyword');
  assert.equal(found.Total, 'typeName.definition');
  assert.equal(found.stream, 'modifier');
  assert.equal(found.with, 'modifier');
  assert.equal(found.int, 'typeName');
  assert.equal(found.float, 'typeName');
  assert.equal(found.yield, 'keyword');
  assert.equal(found.this, 'self');
  assert.equal(found.flow, 'self');
  assert.equal(found.a, 'propertyName');
});

test('words of headers are names elsewhere', () => {
  const found = styles('let stream = 1; let with = stream + int;');
  assert.equal(found.stream, 'variableName');
  assert.equal(found.with, 'variableName');
  assert.equal(found.int, 'variableName');
});

test('interpolations nest and end where they should', () => {
  assert.deepEqual(tokens('`a ${ #{x: `b ${1}`} } c`;'), [
    ['`a ', 'string'],
    ['${', 'string.special'],
    ['#{', 'brace'],
    ['x', 'variableName'],
    [':', 'punctuation'],
    ['`b ', 'string'],
    ['${', 'string.special'],
    ['1', 'number'],
    ['}', 'string.special'],
    ['`', 'string'],
    ['}', 'brace'],
    ['}', 'string.special'],
    [' c`', 'string'],
    [';', 'punctuation']
  ]);
  assert.deepEqual(tokens('"${x}" 1'), [
    ['"${x}"', 'string'],
    ['1', 'number']
  ]);
  assert.deepEqual(tokens('`$ a `` b\nc` 1').at(-1), ['1', 'number']);
});

test('comments nest', () => {
  assert.deepEqual(tokens('/* a /* b\n */ c */ 1').map(([, style]) => style), ['comment', 'comment', 'number']);
  assert.deepEqual(tokens('/* a /* b */ 1'), [['/* a /* b */ 1', 'comment']]);
  assert.equal(styles('/// told')['/// told'], 'docComment');
  assert.equal(styles('//// rule')['//// rule'], 'comment');
});

test("nbval's markers are comments, and a map is none", () => {
  assert.deepEqual(tokens('# NBVAL_IGNORE_OUTPUT\n1'), [
    ['# NBVAL_IGNORE_OUTPUT', 'meta'],
    ['1', 'number']
  ]);
  assert.equal(tokens('#{a: 1}')[0][1], 'brace');
});

test('strings end with their quotes', () => {
  assert.deepEqual(tokens('"a \\" b" + 1').at(-1), ['1', 'number']);
  assert.deepEqual(tokens('#"a " b"# 1').at(-1), ['1', 'number']);
  assert.deepEqual(tokens('"open\n1').at(-1), ['1', 'number']);
  assert.deepEqual(tokens('"goes \\\non" 1').at(-1), ['1', 'number']);
  assert.deepEqual(tokens("'\\'' 'ü' 1").map(([, style]) => style), ['character', 'character', 'number']);
});

test('numbers leave ranges and method calls alone', () => {
  const numbers = code => tokens(code).filter(([, style]) => style === 'number').map(([text]) => text);
  assert.deepEqual(numbers('1..=20'), ['1', '20']);
  assert.deepEqual(numbers('0xff 0b1_0 1_000 1.5e-3 2. 1.max(2)'), ['0xff', '0b1_0', '1_000', '1.5e-3', '2.', '1', '2']);
});

test('indentation follows brackets and leaves texts alone', () => {
  const code = [
    'node Tick(n) {',
    '    for i in 0..n {',
    '        yield [',
    '            i,',
    '            `a',
    '${1}`',
    '        ];',
    '    }',
    '}',
    'spawn(|| {',
    '    1',
    '})'
  ].join('\n');
  assert.equal(indented(code), code);
});
