import { parseSync } from 'oxc-parser';

/** Members of Math whose every result is fixed to the bit by the language, so that engines cannot differ. */
const exactMath = new Set(
  'abs ceil clz32 fround floor imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2'.split(' '),
);

/**
 * What the rules ask of a file's syntax: its imports (`{ specifier, line }`) and its facts (`{ kind, line, text }`),
 * where a fact is a use of `any`, of a default export, or of arithmetic whose bits depend on the engine.
 */
export function parseSource(path, text) {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0].message}`);
  const lineAt = (offset) => text.slice(0, offset).split('\n').length;

  const imports = [];
  const note = (specifier, offset) => imports.push({ specifier, line: lineAt(offset) });
  for (const found of module.staticImports) note(found.moduleRequest.value, found.start);
  for (const found of module.staticExports) {
    for (const entry of found.entries) if (entry.moduleRequest) note(entry.moduleRequest.value, found.start);
  }
  for (const found of module.dynamicImports) {
    const literal = /^['"`]([^'"`$]+)['"`]$/.exec(text.slice(found.moduleRequest.start, found.moduleRequest.end));
    if (literal) note(literal[1], found.start);
  }

  const facts = [];
  visit(program, null, (node, parent) => {
    if (node.type === 'TSImportType') note((node.source ?? node.argument.literal).value, node.start);
    const fact = factOf(node, parent);
    if (fact) facts.push({ ...fact, line: lineAt(node.start) });
  });
  return { imports, facts };
}

function factOf(node, parent) {
  switch (node.type) {
    case 'TSAnyKeyword':
      return { kind: 'any', text: 'any' };
    case 'ExportDefaultDeclaration':
      return { kind: 'default export', text: 'export default' };
    case 'ExportSpecifier':
      return node.exported.name === 'default' ? { kind: 'default export', text: 'export { … as default }' } : null;
    case 'BinaryExpression':
    case 'AssignmentExpression':
      return node.operator.startsWith('**') ? { kind: 'inexact', text: node.operator } : null;
    case 'Identifier':
      return node.name === 'Math' ? mathFact(node, parent) : null;
    default:
      return null;
  }
}

/** Math may only be used as `Math.member`, so that nothing slips by under another name. */
function mathFact(node, parent) {
  if (parent.type !== 'MemberExpression') return { kind: 'inexact', text: 'Math used as a value' };
  if (parent.object !== node) return null;
  if (parent.computed) return { kind: 'inexact', text: 'Math[…]' };
  return exactMath.has(parent.property.name) ? null : { kind: 'inexact', text: `Math.${parent.property.name}` };
}

function visit(node, parent, see) {
  if (typeof node.type === 'string') see(node, parent);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const child of value) child && typeof child === 'object' && visit(child, node, see);
    else if (value && typeof value === 'object') visit(value, node, see);
  }
}
