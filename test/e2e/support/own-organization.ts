import { gatewayClient, type Client } from './gateway-client.ts';
import type { Address } from './stack.ts';
import { newTag } from './workflow.ts';

/** For a story that counts what there is: all others share an organisation, and run beside it. */
export const inOwnOrganization = async (stack: Address): Promise<Client> => {
  const { create_organization: made } = await gatewayClient(stack).query(
    `mutation { create_organization(input: { name: "Own ${newTag()}" }) { key } }`,
  );
  return gatewayClient({ ...stack, apiKey: made.key });
};
