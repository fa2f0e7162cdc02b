// Parses files without running anything (node --experimental-vm-modules). Arguments: files relative to /project. Prints the errors as Node does;
// exit code 1 if there are any, 3 if this Node is too old. A .js file may be of either kind: Node decides by more than the file, and browsers decide by
// the page. Reports the tests that can't fail to descriptor 9, signed as run_node.mjs does it. Written so that old versions get as far as saying that they are.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const vm = require('vm');

// Before that, the test runner believed what tests print.
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Node ${process.versions.node}`);
  process.exit(3);
}

const hollowTests = require('./hollow_tests.cjs');
const key = fs.readFileSync(0, 'utf8').trim();
let number = 0;

function report(event, fields = {}) {
  const line = JSON.stringify({ event, ...fields });
  fs.writeSync(9, `${crypto.createHmac('sha256', key).update(`${number++}\n${line}`).digest('hex')} ${line}\n`);
}

const parseModule = (source, filename) => new vm.SourceTextModule(source, { identifier: filename });
const parseScript = (source, filename) =>
  vm.compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname'], { filename });

function attempt(parse, source, name) {
  try {
    parse(source, name);
    return null;
  } catch (error) {
    return error;
  }
}

let failed = false;
for (const name of process.argv.slice(2)) {
  const source = fs.readFileSync(path.resolve(process.env.CONCLAVE_PROJECT ?? '/project', name), 'utf8').replace(/^\uFEFF/, '').replace(/^#!/, '//');
  const asModule = name.endsWith('.cjs') ? null : attempt(parseModule, source, name);
  const asScript = name.endsWith('.mjs') ? asModule : attempt(parseScript, source, name);
  const error = name.endsWith('.cjs') ? asScript : asModule && asScript;
  if (error) {
    failed = true;
    const lines = String(error.stack).split('\n').filter(line => !line.startsWith('    at '));
    console.error(lines[0].includes(name) ? lines.join('\n') : `${name}\n${lines.join('\n')}`);
  } else if (source.includes('node:test')) {
    hollowTests(source).forEach(test => report('hollow', { test, file: name }));
  }
}
report('finished');
process.exitCode = failed ? 1 : 0;
