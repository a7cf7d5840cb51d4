export { type Connection, type ConnectSummary, connectSentence, connectTable, type LinePoint } from './connectivity.js';
export { type ConnectOptions, runConnect } from './run-connect.js';
