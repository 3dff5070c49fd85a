CREATE ROLE rolewright LOGIN PASSWORD 'rolewright';
