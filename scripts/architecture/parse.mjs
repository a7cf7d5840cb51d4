import { parse } from '@babel/parser';

/** Members of Math whose every result is fixed to the bit by the language, so that engines cannot differ. */
const exactMath = new Set(
  'abs ceil clz32 fround floor imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2'.split(' '),
);

/**
 * What the rules ask of a file's syntax: its imports (`{ specifier, line }`) and its facts (`{ kind, line, text }`),
 * where a fact is a use of `any`, of a default export, or of arithmetic whose bits depend on the engine.
 */
export function parseSource(path, text) {
  const imports = [];
  const facts = [];
  visit(programOf(path, text), null, (node, parent) => {
    const { line } = node.loc.start;
    const specifier = importedBy(node);
    if (specifier !== null) imports.push({ specifier, line });
    const fact = factOf(node, parent);
    if (fact) facts.push({ ...fact, line });
  });
  return { imports, facts };
}

function programOf(path, text) {
  const plugins = path.endsWith('ts') ? ['estree', 'typescript'] : ['estree'];
  try {
    return parse(text, { sourceType: 'module', createImportExpressions: true, plugins }).program;
  } catch (error) {
    throw new Error(`${path} does not parse: ${error.message}`);
  }
}

/** What a node imports, in any of the forms that there are; null if it imports nothing, or what only the running program knows. */
function importedBy(node) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
      return node.source?.value ?? null;
    case 'TSImportType':
      return node.argument.value;
    default:
      return null;
  }
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

/** Parts of a node that are no nodes of the program. */
const asides = new Set(['loc', 'extra', 'leadingComments', 'innerComments', 'trailingComments']);

function visit(node, parent, see) {
  see(node, parent);
  for (const [name, value] of Object.entries(node)) {
    if (asides.has(name)) continue;
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child?.type === 'string') visit(child, node, see);
  }
}
