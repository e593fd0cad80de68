import type { FieldTest, Truth } from './condition.ts';
import type { Kind, Problem } from './kind.ts';
import type { ItemView, ParcelView, RateView, Scene } from './view.ts';

/** Whom a question is put to: the shipment as a whole, or one rate, parcel or item of it. */
export type Ask = Readonly<{ scene: Scene; rate?: RateView; parcel?: ParcelView; item?: ItemView }>;
export type About = 'shipment' | 'rate' | 'parcel' | 'item';

/** A fact that conditions may compare. */
export type Field = Readonly<{
  about: About;
  kind: Pick<Kind<unknown>, 'operators' | 'members'>;
  /** Asks whether the fact is as the test wants it; undefined for a fact that is not there. */
  compile: (test: FieldTest) => { readonly ask: (of: Ask) => Truth } | { readonly problem: Problem };
  isKnown: (of: Ask, test: FieldTest) => boolean;
}>;

type Reader<T> = (of: Ask, path: readonly string[]) => T | undefined;

const field = <T>(about: About, kind: Kind<T>, read: Reader<T>): Field => ({
  about,
  kind: { operators: kind.operators, members: kind.members },
  compile: (test) => {
    const compiled = kind.compile(test);
    if ('problem' in compiled) return compiled;
    const path = test.path ?? [];
    return {
      ask: (of) => {
        const value = read(of, path);
        return value === undefined ? undefined : compiled.holds(value, of.scene);
      },
    };
  },
  isKnown: (of, { path = [] }) => read(of, path) !== undefined,
});

export const ofShipment = <T>(
  kind: Kind<T>,
  read: (scene: Scene, path: readonly string[]) => T | undefined,
): Field => field('shipment', kind, ({ scene }, path) => read(scene, path));

export const ofRate = <T>(
  kind: Kind<T>,
  read: (rate: RateView, path: readonly string[]) => T | undefined,
): Field => field('rate', kind, ({ rate }, path) => rate && read(rate, path));

export const ofParcel = <T>(kind: Kind<T>, read: (parcel: ParcelView) => T | undefined): Field =>
  field('parcel', kind, ({ parcel }) => parcel && read(parcel));

export const ofItem = <T>(
  kind: Kind<T>,
  read: (item: ItemView, path: readonly string[]) => T | undefined,
): Field => field('item', kind, ({ item }, path) => item && read(item, path));
