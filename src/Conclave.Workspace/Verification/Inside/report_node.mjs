// A reporter for `node --test` that reports every test to descriptor 9. It runs in the runner's process; test files run in processes of their own,
// which do not have that descriptor.
import fs from 'node:fs';
import path from 'node:path';

const REPORT = 9;
const PROJECT = '/project';
const MAX_DETAILS = 8000;

function report(event, fields = {}) {
  fs.writeSync(REPORT, JSON.stringify({ event, ...fields }) + '\n');
}

const relative = file => file && path.relative(PROJECT, file);
// The runner counts a file as a test of its own, which ends only if it has no tests; green, it says no more than that its process ended well.
const isFile = data => data.nesting === 0 && data.file && path.resolve(data.name) === data.file;

const isSet = mark => mark !== undefined && mark !== false; // true, or the reason

function missingModule(text) {
  return /Cannot find (?:package|module) '([^'./][^']*)'/.exec(text)?.[1];
}

function describe(error, errorOutput) {
  const cause = error?.cause instanceof Error ? error.cause : error;
  const text = [cause?.stack ?? String(cause), errorOutput].filter(Boolean).join('\n');
  return {
    exception: String(cause?.name ?? cause?.code ?? 'Error'),
    message: String(cause?.message ?? cause).trim().split('\n')[0].slice(0, 1000),
    details: text.slice(-MAX_DETAILS),
    missing: missingModule(text),
  };
}

export default async function* (source) {
  const names = []; // of the tests around the current one
  const open = new Map(); // tests that were announced and have not ended: name -> how many
  const errorOutput = new Map(); // by file
  const key = data => JSON.stringify([data.file, data.nesting, data.name]);
  for await (const { type, data } of source) {
    if (type === 'test:stderr') {
      errorOutput.set(data.file, ((errorOutput.get(data.file) ?? '') + data.message).slice(-MAX_DETAILS));
    } else if (type === 'test:enqueue' && !isFile(data)) {
      open.set(key(data), (open.get(key(data)) ?? 0) + 1);
    } else if (type === 'test:start') {
      names[data.nesting] = data.name;
    } else if (type === 'test:pass' || type === 'test:fail') {
      open.set(key(data), (open.get(key(data)) ?? 1) - 1);
      const file = relative(data.file);
      const test = isFile(data) ? file : [file, ...names.slice(0, data.nesting), data.name].join(' > ');
      const isSuite = data.details?.type === 'suite';
      const counts = isSet(data.skip) || isSet(data.todo) ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
      if (counts === 'failed' || !(isSuite || isFile(data))) {
        report('ended', { test, file, outcome: counts, ...(counts === 'failed' ? describe(data.details?.error, isFile(data) ? errorOutput.get(data.file) : '') : {}) });
      }
    }
  }
  for (const [name, count] of open) {
    const [file, , test] = JSON.parse(name);
    if (count > 0) {
      report('ended', { test: `${relative(file)} > ${test}`, file: relative(file), outcome: 'failed', exception: 'Incomplete', message: 'was started and never ended: its process ended first' });
    }
  }
  report('finished');
  yield '';
}
