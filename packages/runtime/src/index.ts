export { type LoadedNetwork, loadTicket } from './predict/load-ticket.js';
export { type Prediction, predictorOf } from './predict/predictor.js';
export type { DenseKernel, Stage } from './predict/stage.js';
export { type TicketLimits, usualLimits } from './ticket/limits.js';
export { readTicket } from './ticket/read-ticket.js';
export type {
  BodyKind,
  ChannelScaling,
  StartValues,
  Ticket,
  TicketHeader,
  TicketLayer,
  TicketNetwork,
  TicketParts,
  TicketTensors,
} from './ticket/ticket.js';
export type { TrainingRecipe } from './ticket/training-recipe.js';
