CREATE TABLE artist (
    artist_id $int NOT NULL PRIMARY KEY,
    name $varchar(40) NOT NULL
);

CREATE TABLE genre (
    genre_id $int NOT NULL PRIMARY KEY,
    name $varchar(40) NOT NULL
);

CREATE TABLE album (
    album_id $int NOT NULL PRIMARY KEY,
    artist_id $int NOT NULL,
    title $varchar(60) NOT NULL,
    FOREIGN KEY (artist_id) REFERENCES artist (artist_id)
);

CREATE TABLE track (
    track_id $int NOT NULL PRIMARY KEY,
    album_id $int NOT NULL,
    genre_id $int,
    name $varchar(60) NOT NULL,
    milliseconds $int NOT NULL,
    FOREIGN KEY (album_id) REFERENCES album (album_id),
    FOREIGN KEY (genre_id) REFERENCES genre (genre_id)
);

CREATE TABLE cover (
    cover_id $int NOT NULL PRIMARY KEY,
    album_id $int NOT NULL UNIQUE,
    image $varchar(40) NOT NULL,
    FOREIGN KEY (album_id) REFERENCES album (album_id)
);

CREATE TABLE playlist (
    playlist_id $int NOT NULL PRIMARY KEY,
    name $varchar(40) NOT NULL
);

CREATE TABLE playlist_track (
    playlist_id $int NOT NULL,
    track_id $int NOT NULL,
    place $int NOT NULL,
    PRIMARY KEY (playlist_id, track_id),
    FOREIGN KEY (playlist_id) REFERENCES playlist (playlist_id),
    FOREIGN KEY (track_id) REFERENCES track (track_id)
);

CREATE TABLE employee (
    employee_id $int NOT NULL PRIMARY KEY,
    name $varchar(40) NOT NULL,
    manager_id $int,
    FOREIGN KEY (manager_id) REFERENCES employee (employee_id)
);

CREATE TABLE shelf (
    room $varchar(10) NOT NULL,
    number $int NOT NULL,
    label $varchar(20),
    PRIMARY KEY (room, number)
);

CREATE TABLE copy (
    copy_id $int NOT NULL PRIMARY KEY,
    album_id $int NOT NULL,
    room $varchar(10),
    number $int,
    FOREIGN KEY (album_id) REFERENCES album (album_id),
    FOREIGN KEY (room, number) REFERENCES shelf (room, number)
);
