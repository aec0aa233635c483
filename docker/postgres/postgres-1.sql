-- The shards of Atlas on the first server.
CREATE DATABASE atlas_0;
CREATE DATABASE atlas_1;
