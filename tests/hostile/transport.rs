//! Answers that are hardly HTTP: cut, endless, slow, packed, misnumbered, or none.

use super::play::{self, FEW, LIE, Lie, SOME, play};
use super::proxy::{self, Tell, Told};
use super::support::{Place, Served, Stub, TOKEN};
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Never more of a stub's patience than this.
const LONG: Duration = Duration::from_secs(20);

/// Writes a chunk again and again, until the other side has had enough or a size is reached.
fn pour(stream: &mut TcpStream, chunk: &[u8], size: usize) -> std::io::Result<()> {
    for _ in 0..size / chunk.len() {
        stream.write_all(chunk)?;
    }
    Ok(())
}

/// One byte of the answer after the other, slowly, and never the last.
fn trickle(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    for byte in bytes.iter().chain(std::iter::repeat(&b'x')).take(200) {
        stream.write_all(&[*byte])?;
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

const BODIES: &[Lie] = &[
    Lie {
        name: "every body has 1 GB",
        tell: |asked, told, _| {
            if asked.method != "DELETE" {
                told.set("content-length", (1_u64 << 30).to_string());
                told.pen = Some(|stream, told| {
                    stream.write_all(&told.head())?;
                    pour(stream, &[b' '; 1 << 16], 1 << 30)
                });
            }
        },
        tags: FEW,
        code: 1,
        words: &["HTTP-05", "more than 8388608 bytes"],
        ..LIE
    },
    Lie {
        name: "one account has 1 GB",
        tell: |asked, told, _| {
            if asked.reads_one() {
                told.set("content-length", (1_u64 << 30).to_string());
                told.pen = Some(|stream, told| {
                    stream.write_all(&told.head())?;
                    pour(stream, &[b'['; 1 << 16], 1 << 30)
                });
            }
        },
        tags: "@F095",
        timeout: "30s",
        words: &["HTTP-05", "more than 8388608 bytes"],
        ..LIE
    },
    Lie {
        name: "packed bodies nobody asked for",
        tell: |asked, told, _| {
            if asked.reads_one() {
                told.set("content-encoding", "gzip");
                told.body = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0; 1 << 20]].concat();
            }
        },
        tags: FEW,
        code: 0,
        words: &["were packed (Content-Encoding)"],
        ..LIE
    },
    Lie {
        name: "an empty 204 has a body",
        tell: |_, told, _| {
            if told.status() == 204 {
                told.set("content-length", "2");
                told.body = b"{}".to_vec();
            }
        },
        words: &["HTTP-01"],
        tags: SOME,
        ..LIE
    },
    Lie {
        name: "the length is too short",
        tell: |_, told, _| {
            if told.body.len() > 9 {
                told.set("content-length", (told.body.len() - 9).to_string());
            }
        },
        ..LIE
    },
    Lie {
        name: "the length is too long",
        tell: |_, told, _| {
            if !told.body.is_empty() {
                told.set("content-length", (told.body.len() + 9).to_string());
            }
        },
        code: 3,
        ..LIE
    },
    Lie {
        name: "half a body",
        tell: |_, told, _| {
            told.pen = Some(|stream, told| {
                stream.write_all(&told.head())?;
                stream.write_all(&told.body[..told.body.len() / 2])
            });
        },
        code: 3,
        ..LIE
    },
    Lie {
        name: "chunks of rubbish",
        tell: |_, told, _| {
            told.set("transfer-encoding", "chunked");
            told.body = b"zz\r\nrubbish\r\nffffffffffffffffffff\r\n".to_vec();
        },
        code: 3,
        ..LIE
    },
    Lie {
        name: "bodies trickle",
        tell: |asked, told, _| {
            if asked.reads_one() {
                told.pen = Some(|stream, told| {
                    stream.write_all(&told.head())?;
                    trickle(stream, b"{")
                });
                told.set("content-length", "5000");
            }
        },
        timeout: "2s",
        tags: FEW,
        code: 3,
        ..LIE
    },
];

const HEADS: &[Lie] = &[
    Lie {
        name: "heads break off, each a byte later",
        tell: |_, told, memory| {
            memory.count += 1;
            told.set("x-cut", memory.count.to_string());
            told.pen = Some(|stream, told| {
                let at: usize = told.headers.iter().find(|(n, _)| n == "x-cut").unwrap().1.parse().unwrap();
                let head = told.head();
                stream.write_all(&head[..at.min(head.len())])
            });
        },
        code: 3,
        ..LIE
    },
    Lie {
        name: "the status line is rubbish",
        tell: |_, told, _| told.line = "\u{1b}[31mHello 200 OK".to_owned(),
        code: 3,
        ..LIE
    },
    Lie {
        name: "HTTP/0.9",
        tell: |_, told, _| told.pen = Some(|stream, told| stream.write_all(&told.body)),
        code: 3,
        ..LIE
    },
    Lie {
        name: "a thousand answers before the answer",
        tell: |_, told, _| told.before = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000),
        code: 0,
        ..LIE
    },
    Lie {
        name: "answers before the answer without end",
        tell: |_, told, _| told.pen = Some(|stream, _| pour(stream, b"HTTP/1.1 100 Continue\r\n\r\n", 16 << 20)),
        timeout: "2s",
        tags: FEW,
        code: 3,
        ..LIE
    },
    Lie { name: "a header of 1 MB", tell: |_, told, _| told.set("x-long", "y".repeat(1 << 20)), code: 3, ..LIE },
    Lie {
        name: "a thousand cookies",
        tell: |_, told, _| {
            for n in 0..1000 {
                told.headers.push(("set-cookie".to_owned(), format!("c{n}=1; Path=/")));
            }
        },
        code: 3,
        ..LIE
    },
    Lie {
        name: "ninety cookies that echo the token",
        tell: |_, told, _| {
            for n in 0..90 {
                told.headers.push(("set-cookie".to_owned(), format!("c{n}={TOKEN}; Path=/")));
            }
        },
        code: 0,
        ..LIE
    },
    Lie {
        name: "the token comes back everywhere",
        tell: |_, told, _| {
            told.set("x-token", format!("Bearer {TOKEN}"));
            told.set("www-authenticate", format!("Bearer realm=\"{TOKEN}\""));
            told.edit(|b| {
                b["title"] = TOKEN.into();
                b["echo"] = format!("x{TOKEN}x").into();
                b[TOKEN] = 1.into();
            });
        },
        code: 0,
        ..LIE
    },
    Lie {
        name: "heads trickle",
        tell: |asked, told, _| {
            if asked.reads_one() {
                told.pen = Some(|stream, told| trickle(stream, &told.head()));
            }
        },
        timeout: "2s",
        tags: FEW,
        code: 3,
        ..LIE
    },
    Lie {
        name: "it never answers",
        tell: |_, told, _| {
            told.pen = Some(|_, _| {
                std::thread::sleep(LONG);
                Ok(())
            });
        },
        timeout: "1s",
        tags: FEW,
        code: 3,
        ..LIE
    },
    Lie {
        name: "more answers than requests",
        tell: |_, told, _| {
            told.pen = Some(|stream, told| {
                let one = String::from_utf8_lossy(&[told.head(), told.body.clone()].concat())
                    .replace("connection: close\r\n", "");
                stream.write_all(one.repeat(3).as_bytes())?;
                std::thread::sleep(Duration::from_millis(50));
                Ok(())
            });
        },
        code: 0,
        ..LIE
    },
];

#[test]
fn bodies_that_lie() {
    play(BODIES);
}

#[test]
fn heads_that_lie() {
    play(HEADS);
}

#[test]
fn no_redirect_gets_the_credential() {
    let elsewhere = Stub::answering("200 OK\r\ncontent-type: application/scim+json", "{}");
    let place = Place::new();
    let stub = Stub::answering(&format!("308 Permanent Redirect\r\nlocation: {}/Users", elsewhere.url), "");
    let (ran, memory) = play::run(&place, &stub.url, &["--tags", SOME]);
    play::expect(&ran, memory, 3, &["not followed"]);
    assert!(elsewhere.heard().is_empty(), "{:?}", elsewhere.heard());
}

#[test]
fn connections_are_reset() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // Waits for the request, and leaves it unread: so the end of the connection is a reset.
            let _may_be_gone = stream.peek(&mut [0]);
            let _nobody_may_listen = stream.write_all(b"HTTP/1.1 200 O");
        }
    });
    let (ran, memory) = play::run(&place, &url, &["--tags", SOME]);
    play::expect(&ran, memory, 3, &["closed"]);
}

#[test]
fn a_request_that_closes_the_connection_each_time_is_a_finding_and_once_is_none() {
    let each_time: Tell = |asked, told, _| {
        if asked.method == "PATCH" && asked.path.starts_with("/Groups/") {
            told.pen = Some(|_, _| Ok(()));
        }
    };
    let once: Tell = |asked, told, memory| {
        if asked.method == "PATCH" && asked.path.starts_with("/Groups/") {
            memory.count += 1;
            if memory.count == 1 {
                told.pen = Some(|_, _| Ok(()));
            }
        }
    };
    let play = |tell: Tell| {
        let place = Place::new();
        let served = Served::start(&place, &[]);
        let url = proxy::start(&served.base, 1, tell);
        let (ran, _) = play::run(&place, &url, &["--tags", "@F095", "--jobs", "1"]);
        (ran, place.json("run.json")["findings"].to_string())
    };
    let (ran, found) = play(each_time);
    assert!(ran.code == 1 && found.contains("HTTP-03"), "{ran:#?}");
    let (ran, found) = play(once);
    assert!(ran.code == 3 && !found.contains("HTTP-03"), "{ran:#?}");
}

#[test]
fn a_server_that_fails_at_count_is_played_all_the_same() {
    let tell: Tell = |asked, told, _| {
        if asked.query.contains("count=") {
            *told = Told::new("500 Internal Server Error", "text/html", "<h1>Oops</h1>");
        }
    };
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let url = proxy::start(&served.base, 1, tell);
    let (ran, memory) = play::run(&place, &url, &["--tags", FEW]);
    play::expect(&ran, memory, 1, &["answered 500"]);
}

#[test]
fn a_server_that_dies_in_the_middle() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let url = served.base.clone();
    let (ran, memory) = std::thread::scope(|scope| {
        let run = scope.spawn(|| play::run(&place, &url, &["--tags", "@lifecycle", "--timeout", "5s"]));
        place.wait_for_creates(5);
        served.kill();
        run.join().unwrap()
    });
    play::expect(&ran, memory, 3, &["refused", "left on the target; remove with: scimulate sweep"]);
}
