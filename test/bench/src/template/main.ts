import type { JsonObject } from '@karrio/domain';
import { compileTemplate, renderJson, type Template } from '@karrio/templates';

/** The reference mapping: ten orders of seven values each, rendered and parsed; ≤ 50 µs in either language. */
const handlebars = `{
  "transformed_orders": [
    {{#each steps.shopify_orders.response.orders}}
    {
      "order_id": "{{id}}",
      "customer_name": "{{customer.first_name}} {{customer.last_name}}",
      "email": "{{customer.email}}",
      "total": {{total_price}},
      "currency": "{{currency}}",
      "items": {{line_items.length}}
    }{{#unless @last}},{{/unless}}
    {{/each}}
  ]
}`;

const jinja = `{
  "transformed_orders": [
    {% for order in steps.shopify_orders.response.orders %}
    {
      "order_id": "{{order.id}}",
      "customer_name": "{{order.customer.first_name}} {{order.customer.last_name}}",
      "email": "{{order.customer.email}}",
      "total": {{order.total_price}},
      "currency": "{{order.currency}}",
      "items": {{order.line_items.length}}
    }{% if not loop.last %},{% endif %}
    {% endfor %}
  ]
}`;

const order = (id: number) => ({
  id,
  customer: { first_name: 'Ann "Q"', last_name: 'Lee', email: `ann.${id}@example.com` },
  total_price: '19.99',
  currency: 'USD',
  line_items: [{ sku: 'A' }, { sku: 'B' }],
});

const context: JsonObject = {
  parameters: {},
  steps: { shopify_orders: { response: { orders: Array.from({ length: 10 }, (_, id) => order(id)) } } },
};

const templateOf = (source: string, engine: 'handlebars' | 'jinja'): Template => {
  const compiled = compileTemplate(source, { engine, contentType: 'json' });
  if ('problem' in compiled) throw new Error(compiled.problem.message);
  return compiled.template;
};

const rounds = 20_000;

/** CPU time of one rendering, in µs; the first rounds warm the code up. */
const measure = (template: Template): number => {
  for (let i = 0; i < rounds; i++) render(template);
  const before = process.cpuUsage();
  for (let i = 0; i < rounds; i++) render(template);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rounds;
};

const render = (template: Template) => {
  const rendered = renderJson(template, context);
  if ('problem' in rendered) throw new Error(rendered.problem.message);
};

const sources = [
  ['handlebars', handlebars],
  ['jinja', jinja],
] as const;

for (const [engine, source] of sources)
  console.log(`${engine}: ${measure(templateOf(source, engine)).toFixed(1)} µs of CPU a rendering`);
