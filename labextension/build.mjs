// Builds the prebuilt extension into build/. The builder wants to know which packages JupyterLab shares and in which
// versions; `@jupyterlab/core-meta` has the list, under another name than the builder looks for.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);
const here = import.meta.dirname;
const core = join(here, 'build', 'core');
const builder = join(dirname(resolve('@jupyterlab/builder/package.json')), 'lib', 'build-labextension.js');

mkdirSync(core, { recursive: true });
copyFileSync(resolve('@jupyterlab/core-meta/core.package.json'), join(core, 'package.json'));
execFileSync(process.execPath, [builder, '--core-path', core, here], { stdio: 'inherit' });
