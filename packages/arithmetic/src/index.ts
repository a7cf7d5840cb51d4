export { RunError, UserError } from './errors.js';
