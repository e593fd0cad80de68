import type {
  ActionType,
  AuthType,
  ContentType,
  HttpMethod,
  Json,
  JsonObject,
  MetafieldType,
  ParametersType,
  TriggerType,
} from '@karrio/domain';

/** Definitions to start from, by the names that the API has for their fields. What is left out is null. */
type Template = Readonly<{ slug: string; name: string; description: string }>;

export type MetafieldTemplate = Readonly<{
  key: string;
  type: MetafieldType;
  is_required: boolean;
  value?: Json;
}>;

export type ConnectionTemplate = Template &
  Readonly<{
    auth_type: AuthType;
    host?: string;
    auth_template?: string;
    parameters_template?: string;
    metafields: readonly MetafieldTemplate[];
  }>;

export type ActionTemplate = Template &
  Readonly<{
    action_type: ActionType;
    method?: HttpMethod;
    host?: string;
    endpoint?: string;
    content_type?: ContentType;
    parameters_type?: ParametersType;
    parameters_template: string;
    header_template?: string;
    /** The slug of a connection's template. */
    connection?: string;
  }>;

export type WorkflowTemplate = Template &
  Readonly<{
    trigger: Readonly<{ trigger_type: TriggerType; schedule?: string }>;
    /** Each with its order; those of one order run together. */
    actions: readonly (ActionTemplate & Readonly<{ order: number }>)[];
  }>;

export type ShippingRuleTemplate = Template &
  Readonly<{
    priority: number;
    /** The contract's flat form. */
    conditions?: JsonObject;
    /** What has to hold as well and has no flat form. */
    condition?: JsonObject;
    actions: JsonObject;
  }>;
