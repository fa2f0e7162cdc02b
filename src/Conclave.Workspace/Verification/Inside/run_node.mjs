// Runs test files as `node --test` does, each in a process of its own, and reports every test to descriptor 9, which those processes do not have. Nothing
// of the project runs in this process. Arguments: test files. Each line of the report stands after a signature of its number and text; the key comes
// once, through standard input, and is read before any test file starts.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const REPORT = 9;
const PROJECT = process.env.CONCLAVE_PROJECT ?? '/project';
const MAX_DETAILS = 8000;
const key = fs.readFileSync(0, 'utf8').trim();
let number = 0;

function report(event, fields = {}) {
  const line = JSON.stringify({ event, ...fields });
  fs.writeSync(REPORT, `${crypto.createHmac('sha256', key).update(`${number++}\n${line}`).digest('hex')} ${line}\n`);
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

const names = []; // of the tests around the current one
const open = new Map(); // tests that were announced and have not ended: name -> how many
const errorOutput = new Map(); // by file
const nameOf = data => JSON.stringify([data.file, data.nesting, data.name]);

function see(type, data) {
  if (type === 'test:stderr') {
    errorOutput.set(data.file, ((errorOutput.get(data.file) ?? '') + data.message).slice(-MAX_DETAILS));
  } else if (type === 'test:enqueue' && !isFile(data)) {
    open.set(nameOf(data), (open.get(nameOf(data)) ?? 0) + 1);
  } else if (type === 'test:start') {
    names[data.nesting] = data.name;
  } else if (type === 'test:pass' || type === 'test:fail') {
    open.set(nameOf(data), (open.get(nameOf(data)) ?? 1) - 1);
    const file = relative(data.file);
    const test = isFile(data) ? file : [file, ...names.slice(0, data.nesting), data.name].join(' > ');
    const isSuite = data.details?.type === 'suite';
    const counts = isSet(data.skip) || isSet(data.todo) ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
    if (counts === 'failed') {
      process.exitCode = 1;
    }
    if (counts === 'failed' || !(isSuite || isFile(data))) {
      report('ended', { test, file, outcome: counts, ...(counts === 'failed' ? describe(data.details?.error, isFile(data) ? errorOutput.get(data.file) : '') : {}) });
    }
  }
}

async function* watched(events) {
  for await (const event of events) {
    see(event.type, event.data);
    yield event;
  }
  for (const [name, count] of open) {
    const [file, , test] = JSON.parse(name);
    if (count > 0) {
      process.exitCode = 1;
      report('ended', { test: `${relative(file)} > ${test}`, file: relative(file), outcome: 'failed', exception: 'Incomplete', message: 'was started and never ended: its process ended first' });
    }
  }
  report('finished');
}

Readable.from(watched(run({ files: process.argv.slice(2), concurrency: true }))).compose(spec).pipe(process.stdout);
