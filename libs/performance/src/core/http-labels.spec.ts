import { describe, expect, it } from '@jest/globals';
import { methodLabel, routeTemplate } from './http-labels.js';

describe('methodLabel', () => {
  it('keeps the methods of HTTP and hides all others', () => {
    expect(['GET', 'PATCH', 'DELETE'].map(methodLabel)).toEqual(['GET', 'PATCH', 'DELETE']);
    expect(['PROPFIND', 'get', '', undefined].map(methodLabel)).toEqual(Array(4).fill('_OTHER'));
  });
});

describe('routeTemplate', () => {
  it.each([
    ['a route of Express', { baseUrl: '', route: { path: '/cities/:id' } }, '/cities/:id'],
    ['a route of Fastify', { routeOptions: { url: '/cities/:id' } }, '/cities/:id'],
    ['nothing', {}, undefined],
    ['no route', { baseUrl: '', route: undefined }, undefined],
    [
      'a router below a mount point, whose path has values in it',
      { baseUrl: '/t/7', route: { path: '/x' } },
      undefined,
    ],
    ['middleware for all routes', { baseUrl: '', route: { path: '{/*splat}' } }, undefined],
    ['the same in other words', { baseUrl: '', route: { path: '/*path' } }, undefined],
    ['a route that ends in a wildcard', { baseUrl: '', route: { path: '/files/*path' } }, '/files/*path'],
    ['a route by a regular expression', { baseUrl: '', route: { path: /x/ } }, undefined],
  ])('of %s', (_what, request, template) => {
    expect(routeTemplate(request)).toBe(template);
  });
});
