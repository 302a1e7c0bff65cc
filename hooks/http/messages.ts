/**
 * Requests and responses that are born as Express wants them. Express gives each message its own prototype on arrival
 * (express: lib/application.js, app.handle), which takes an object out of V8's fast paths: measured, a third of the
 * service's throughput. Where the prototype is already right, setting it changes nothing.
 */
import type { Express } from 'express';
import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';

type MessageClasses = Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;

/** Message classes for `http.createServer` that carry the methods of this app; from now on the app uses them too. */
export function messagesOf(app: Express): MessageClasses {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {}
  Object.setPrototypeOf(ExpressRequest.prototype, Object.getPrototypeOf(app.request) as object);
  Object.setPrototypeOf(ExpressResponse.prototype, Object.getPrototypeOf(app.response) as object);
  app.request = Object.assign(ExpressRequest.prototype, { app }) as unknown as Express['request'];
  app.response = Object.assign(ExpressResponse.prototype, { app }) as unknown as Express['response'];
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}
