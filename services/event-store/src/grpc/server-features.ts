import { bytesField, message, textField } from '@karrio/protobuf';
import { endWith, singleRequest, type Method } from './method.ts';

/** The version whose behaviour this server follows. */
const serverVersion = '24.10.0';

/** Names what is implemented. Clients compare in lower case, and the real server answers in lower case. */
export const serverFeatures = (paths: readonly string[]): Method =>
  singleRequest((_request, call) => {
    const methods = paths.map((path) => {
      const [, service = '', method = ''] = path.toLowerCase().split('/');
      return bytesField(1, message(textField(1, method), textField(2, service)));
    });
    endWith(call, message(...methods, textField(2, serverVersion)));
  });
