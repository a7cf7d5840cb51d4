export { readConnectSummary } from './connect-folder.js';
export { type Connection, type ConnectSummary, connectSentence, connectTable, type LinePoint } from './connectivity.js';
export type { ConnectProgress, Copy } from './measure.js';
export { type ConnectedTicket, type ConnectOptions, runConnect } from './run-connect.js';
