// The plugin: tells JupyterLab (and Notebook 7) of the language, for cells of flowno notebooks and for `.rhai` files.
//
// The kernel names the language `rhai` in its `codemirror_mode`, and that is how a notebook finds it here.

import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';

const MIME = 'text/x-rhai';

const plugin = {
  id: 'flowno-kernel:language',
  description: 'Highlighting and indentation of flowno cells and Rhai scripts.',
  autoStart: true,
  requires: [IEditorLanguageRegistry],
  activate: (app, languages) => {
    languages.addLanguage({
      name: 'rhai',
      displayName: 'Rhai (Flowno)',
      alias: ['flowno'],
      mime: MIME,
      extensions: ['rhai'],
      load: async () => (await import('./support.js')).support()
    });
    app.docRegistry.addFileType({
      name: 'rhai',
      displayName: 'Rhai Script',
      extensions: ['.rhai'],
      mimeTypes: [MIME],
      contentType: 'file',
      fileFormat: 'text'
    });
  }
};

export default plugin;
