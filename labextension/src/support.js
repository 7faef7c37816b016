// The mode as CodeMirror 6 takes it. Loaded when a cell or file first needs it.

import { LanguageSupport, StreamLanguage } from '@codemirror/language';

import { mode } from './mode.js';

/** The language with everything that belongs to it. */
export function support() {
  return new LanguageSupport(StreamLanguage.define(mode));
}
