import { bytesField, message, textField } from '@karrio/protobuf';
import { endWith, singleRequest, type Method } from './method.ts';

/** The version whose behaviour this server follows. */
const serverVersion = '24.10.0';

/** An append may have a time to live instead of a time to end. */
const featuresOf: Readonly<Record<string, readonly string[]>> = { batchappend: ['deadline_duration'] };

/** Names what is implemented. Clients compare in lower case, and the real server answers in lower case. */
export const serverFeatures = (paths: readonly string[]): Method =>
  singleRequest((_request, call) => {
    const methods = paths.map((path) => {
      const [, service = '', method = ''] = path.toLowerCase().split('/');
      const features = (featuresOf[method] ?? []).map((feature) => textField(3, feature));
      return bytesField(1, message(textField(1, method), textField(2, service), ...features));
    });
    endWith(call, message(...methods, textField(2, serverVersion)));
  });
