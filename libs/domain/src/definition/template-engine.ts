/** Which language a definition's templates are written in. */
export const templateEngines = ['handlebars', 'jinja'] as const;
export type TemplateEngine = (typeof templateEngines)[number];
