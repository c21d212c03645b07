export type {
  Backlog,
  BusCounters,
  BusEvent,
  ClaimRequest,
  DeadLetter,
  DeadLetterFilter,
  Delivery,
  EventBus,
  EventFilter,
  NewEvent,
  NewSubscription,
  Overflow,
  Published,
  Retention,
  Subscription,
  TypeCount,
} from "./bus.ts";
export {
  startDispatcher,
  type DeliveryHandler,
  type Dispatcher,
  type DispatcherOptions,
} from "./dispatch.ts";
export { createEventBus, type EventBusOptions } from "./event-bus.ts";
export { listen, type Listener, type ListenOptions } from "./listen.ts";
export type { Notice } from "./pressure.ts";
export type { RateLimit } from "./rate-limit.ts";
