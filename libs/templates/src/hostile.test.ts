import { describe, expect, it } from 'vitest';
import { checkTemplate, compileTemplate, renderText } from './index.ts';
import { outputCharsMax } from './output/output.ts';

const numbers = Array.from({ length: 50_000 }, (_, i) => i);
const rows = Array.from({ length: 1_000 }, (_, id) => ({ id, name: 'x'.repeat(50) }));
const long = 'a'.repeat(1_000_000);
const context = { numbers, rows, long, short: 'x'.repeat(1_000) };

const problem = (source: string) => {
  const compiled = compileTemplate(source, { engine: 'handlebars', contentType: 'json' });
  if ('problem' in compiled) return compiled.problem;
  const rendered = renderText(compiled.template, context);
  return 'problem' in rendered ? rendered.problem : undefined;
};

/** Each would keep the process busy for seconds to years if nothing stopped it. */
describe('a hostile template', () => {
  it.each([
    '{{#each numbers}}{{#each @root.numbers}}{{#each @root.numbers}}x{{/each}}{{/each}}{{/each}}',
    '{{#each numbers}}{{#each @root.numbers}}{{/each}}{{/each}}',
    '{{#each rows}}{{#if (json @root)}}{{/if}}{{/each}}',
    '{{#each rows}}{{#if (concat @root @root)}}{{/if}}{{/each}}',
    '{{#each rows}}{{#if (upper @root.long)}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (contains @root.long "b")}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (sort @root.numbers)}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (eq @root.long (concat @root.long))}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (lt @root.long (concat @root.long))}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (group @root.rows "name")}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (unique @root.rows)}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (filter @root.rows "name" "contains" "y")}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (map @root.rows a="id" b="name")}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (split @root.long "")}}{{/if}}{{/each}}',
    '{{#each numbers}}{{date this "YYYY-MM-DD" tz="Europe/Berlin"}}{{/each}}',
    '{{#each numbers}}{{date 1 @root.long}}{{/each}}',
    '{{#each rows}}{{{@root.long}}}{{/each}}',
    '{{replace (replace (replace short "x" short) "x" short) "x" short}}',
    '{{join numbers long}}',
    // What doubles with every block, until it would not fit on earth.
    `${'{{#with (list this this)}}'.repeat(30)}{{json this}}${'{{/with}}'.repeat(30)}`,
    `${'{{#with (list this this)}}'.repeat(30)}{{this}}${'{{/with}}'.repeat(30)}`,
    `${'{{#with (list this this)}}'.repeat(30)}{{{this}}}${'{{/with}}'.repeat(30)}`,
    `${'{{#with (object a=this b=this)}}'.repeat(30)}{{upper this}}${'{{/with}}'.repeat(30)}`,
    `${'{{#with (concat this this)}}'.repeat(30)}{{this}}${'{{/with}}'.repeat(30)}`,
    '{{#each numbers}}{{failsafe (concat @root.long) 1}}{{/each}}',
    '{{#each numbers}}{{to_query_unquote @root.long}}{{/each}}',
    '{{#each numbers}}{{#if (to_dict_safe @root.long)}}{{/if}}{{/each}}',
    '{{#each numbers}}{{#if (to_xml @root.rows "r")}}{{/if}}{{/each}}',
    '{{#each numbers}}{{fdate @root.long "%d%m%Y"}}{{/each}}',
    `{{#each numbers}}${'y'.repeat(10_000)}{{/each}}`,
  ])('is stopped and told its place: %s', (source) => {
    expect(problem(source)).toMatchObject({
      message: expect.stringMatching(/too much work|over \d+ characters|needs a date/),
      line: 1,
    });
  });

  it.each([
    ['many expressions', '{{a}}'.repeat(5_000)],
    ['many calls', '{{eq 1 2}}'.repeat(5_000)],
    ['one vast expression', `{{object ${'a=1 '.repeat(10_000)}}}`],
    ['deep blocks', '{{#if a}}'.repeat(400) + '{{/if}}'.repeat(400)],
    ['deep calls', `{{not ${'(not '.repeat(3_000)}1${')'.repeat(3_000)}}}`],
    ['a long path', `{{a${'.a'.repeat(5_000)}}}`],
    ['a climb far up', `{{${'../'.repeat(5_000)}a}}`],
    ['open braces', '{'.repeat(60_000)],
    ['open comments', '{{!--'.repeat(12_000)],
    ['an endless quoted text', `{{a "${'\\"'.repeat(30_000)}`],
    ['open brackets', '{{['.repeat(20_000)],
    ['raw blocks', '{{{{a}}}}'.repeat(7_000)],
    ['a source over the limit', 'x'.repeat(70_000)],
  ])('is refused when saved: %s', (_, source) => {
    expect(checkTemplate(source, { engine: 'handlebars', contentType: 'json' })).toMatchObject({
      message: expect.any(String),
      line: expect.any(Number),
    });
  });

  it.each([
    '{{#with "s" as |string|}}{{#with "e"}}{{#with split as |conslist|}}{{this.pop}}{{this.push (lookup string.sub "constructor")}}{{this.pop}}{{#with string.split as |codelist|}}{{this.pop}}{{this.push "return process.mainModule.require(\'child_process\').execSync(\'id\')"}}{{/with}}{{/with}}{{/with}}{{/with}}',
    '{{constructor "return process"}}',
    '{{#with (__lookupGetter__ "__proto__")}}{{/with}}',
    '{{helperMissing "x"}}',
    '{{blockHelperMissing "x" 1}}',
    '{{#blockHelperMissing "x"}}{{/blockHelperMissing}}',
    '{{__defineGetter__ "undefined" valueOf}}',
    '{{#each (lookup this "constructor") "x"}}{{/each}}',
    '{{> (lookup . "constructor")}}',
    '{{#*inline "x"}}{{/inline}}',
    '{{@root.constructor.constructor "return process"}}',
    '{{lib.constructor "return process"}}',
    '{{lib.__proto__.constructor "x"}}',
    '{{lib.request "http://169.254.169.254"}}',
    '{{lib.load_file_content "/etc/passwd"}}',
  ])('finds no way out, and is told so: %s', (source) => {
    expect(checkTemplate(source, { engine: 'handlebars', contentType: 'text' })).toMatchObject({
      message: expect.any(String),
      line: 1,
    });
  });

  it.each([
    '{{json (object __proto__=own)}}{{own.__proto__.polluted}}',
    '{{json (map (list own) __proto__="constructor" x="__proto__.polluted")}}',
    '{{json (group (list own) "constructor.prototype")}}',
    '{{json (to_dict "{\\"__proto__\\": {\\"polluted\\": 1}}")}}',
    '{{#each own as |__proto__ constructor|}}{{__proto__}}{{constructor}}{{/each}}',
  ])('changes no prototype: %s', (source) => {
    const own = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
    const before = Reflect.ownKeys(Object.prototype);
    const compiled = compileTemplate(source, { engine: 'handlebars', contentType: 'text' });
    expect('template' in compiled && renderText(compiled.template, { own })).toHaveProperty('value');
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('gets no further than 4 Mi characters', () => {
    expect(outputCharsMax).toBe(4 * 1024 * 1024);
    const source = `{{#each rows}}${'y'.repeat(4_096)}{{/each}}`;
    expect(problem(source)).toBeUndefined();
    expect(problem(source.replace('}}', '}}{{id}}{{id}}').replace('y', 'y'.repeat(200)))).toMatchObject({
      message: expect.stringContaining(`over ${outputCharsMax} characters`),
    });
  });

  it('fails on data that is nested too deep to be written', () => {
    const deep = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
    const compiled = compileTemplate('{{deep}}', { engine: 'handlebars', contentType: 'json' });
    expect('template' in compiled && renderText(compiled.template, { deep })).toMatchObject({
      problem: { message: expect.stringContaining('nested too deep') },
    });
  });

  it('leaves the next rendering its whole share', () => {
    expect(problem('{{#each numbers}}{{#each @root.numbers}}{{/each}}{{/each}}')).toBeDefined();
    expect(problem('{{#each rows}}{{id}}{{name}}{{/each}}')).toBeUndefined();
  });
});
