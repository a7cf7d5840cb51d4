import * as rules from './rules.mjs';

/** Runs every rule over a workspace; findings (`{ path, line, message }`, line 0 for the whole file) in order of their place. */
export function checkArchitecture(workspace) {
  return Object.values(rules)
    .flatMap((rule) => rule(workspace))
    .sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}
