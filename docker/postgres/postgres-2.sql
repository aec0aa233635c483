-- The shards of Atlas on the second server.
CREATE DATABASE atlas_2;
CREATE DATABASE atlas_3;
