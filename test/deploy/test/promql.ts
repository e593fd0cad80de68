import { parser } from '@prometheus-io/lezer-promql';

/** The metrics that an expression reads. @throws when it is no PromQL, with the place. */
export const metricsIn = (expression: string): readonly string[] => {
  // Grafana puts a duration here.
  const text = expression.replaceAll('$__rate_interval', '5m');
  const metrics: string[] = [];
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) throw new SyntaxError(`not PromQL from column ${node.from + 1}: ${text}`);
      if (node.name !== 'VectorSelector') return;
      const name = node.node.getChild('Identifier');
      if (name) metrics.push(text.slice(name.from, name.to));
    },
  });
  return metrics;
};
