// Finds tests for node:test that can't fail on account of the program, as far as their source shows: they check nothing, or only constants, or swallow
// what fails. Errs on the side of the test: a call of anything that may check counts as a check. Needs Node's own parser (--expose-internals); without
// it nothing is found. Nothing of the project runs.
'use strict';
const CHECKS = /assert|expect|should|check|verif|fail|throws|rejects|equal|^ok$|^notOk$|match|ensure|validat|compar|require_/i;
const GROUPS = new Set(['describe', 'suite']);
const TESTS = new Set(['test', 'it']);

function parser() {
  try {
    return require('internal/deps/acorn/acorn/dist/acorn');
  } catch {
    return null;
  }
}

const isNode = value => value !== null && typeof value === 'object' && typeof value.type === 'string';
const children = node => Object.values(node).flat().filter(isNode);
const isFunction = node => node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';

// assert.equal -> [assert, equal]; expect(x).toBe -> [expect, toBe]
function namesOf(node) {
  switch (node?.type) {
    case 'Identifier': return [node.name];
    case 'MemberExpression': return [...namesOf(node.object), node.property.name ?? ''];
    case 'CallExpression': return namesOf(node.callee);
    case 'AwaitExpression': return namesOf(node.argument);
    case 'ChainExpression': return namesOf(node.expression);
    default: return [];
  }
}

// The arguments of a call, and of those that it hangs on: expect(x).toBe(y) -> [x, y]
function argumentsOf(node) {
  switch (node?.type) {
    case 'CallExpression': return [...argumentsOf(node.callee), ...node.arguments];
    case 'MemberExpression': return argumentsOf(node.object);
    default: return [];
  }
}

const any = (node, test) => test(node) || children(node).some(child => any(child, test));
const dependsOnSomething = node => any(node, inner => (inner.type === 'Identifier' && inner.name !== 'undefined' && inner.name !== 'NaN') || inner.type === 'CallExpression');

function canFail(node, source, helpers) {
  if (node.type === 'ThrowStatement') {
    return true;
  }
  if (node.type !== 'CallExpression') {
    return false;
  }
  const names = namesOf(node.callee);
  if (names.some(name => name === 'fail') || helpers.has(names[0])) {
    return true;
  }
  const values = argumentsOf(node);
  const same = values.length > 1 && source.slice(values[0].start, values[0].end) === source.slice(values[1].start, values[1].end);
  return names.some(name => CHECKS.test(name)) && !same && (values.length === 0 || values.some(dependsOnSomething));
}

// A handler that throws, checks or keeps what it caught swallows nothing. Printing it is nothing.
function swallows(handler, source, helpers) {
  const error = handler.param?.name;
  const isPrint = node => node.type === 'ExpressionStatement' && namesOf(node.expression)[0] === 'console';
  return !handler.body.body.filter(statement => !isPrint(statement)).some(statement =>
    any(statement, node => canFail(node, source, helpers) || (error !== undefined && node.type === 'Identifier' && node.name === error)));
}

function reaches(node, source, helpers) {
  if (node.type === 'TryStatement') {
    const lost = (node.handler && swallows(node.handler, source, helpers)) || node.finalizer?.body.some(statement => statement.type === 'ReturnStatement');
    return [lost ? null : node.block, node.handler?.body, node.finalizer].filter(Boolean).some(part => reaches(part, source, helpers));
  }
  if (node.type === 'CallExpression' && node.callee.property?.name === 'catch' && isFunction(node.arguments[0]) && node.arguments[0].body.body?.length === 0) {
    return false;
  }
  if (node.type === 'IfStatement' && node.test.type === 'Literal' && !node.test.value) {
    return Boolean(node.alternate) && reaches(node.alternate, source, helpers);
  }
  if (node.type === 'BlockStatement') {
    const end = node.body.findIndex(statement => statement.type === 'ReturnStatement');
    return (end < 0 ? node.body : node.body.slice(0, end + 1)).some(statement => reaches(statement, source, helpers));
  }
  return canFail(node, source, helpers) || children(node).some(child => reaches(child, source, helpers));
}

function* hollow(node, groups, source, helpers) {
  if (node.type === 'CallExpression') {
    const name = namesOf(node.callee).at(-1);
    const kind = namesOf(node.callee)[0];
    const [title] = node.arguments;
    const body = node.arguments.findLast(isFunction);
    const isTest = TESTS.has(name) || (TESTS.has(kind) && name === 'only');
    if ((isTest || GROUPS.has(name)) && body && typeof title?.value === 'string') {
      const names = [...groups, title.value];
      if (isTest && !reaches(body.body, source, helpers)) {
        yield names.join(' > ');
      }
      yield* hollow(body.body, names, source, helpers);
      return;
    }
  }
  for (const child of children(node)) {
    yield* hollow(child, groups, source, helpers);
  }
}

// The names of the hollow tests of a file, each after those of its groups.
module.exports = function hollowTests(source) {
  const acorn = parser();
  if (!acorn) {
    return [];
  }
  for (const sourceType of ['module', 'script']) {
    try {
      const tree = acorn.parse(source, { ecmaVersion: 'latest', sourceType, allowReturnOutsideFunction: true, allowHashBang: true });
      const helpers = new Set();
      any(tree, node => {
        if (node.type === 'FunctionDeclaration' || (node.type === 'VariableDeclarator' && isFunction(node.init))) {
          helpers.add(node.id?.name);
        }
        return false;
      });
      return [...hollow(tree, [], source, helpers)];
    } catch (error) {
      if (!(error instanceof SyntaxError)) {
        throw error;
      }
    }
  }
  return [];
};
