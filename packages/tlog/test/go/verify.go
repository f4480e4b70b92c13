// Verifies a log folder (C2SP tlog-tiles) with Go's own packages, which have no code in common with ours.
//
//	verify VKEY DIRECTORY|URL [OLD-CHECKPOINT]
//
// Opens the signed checkpoint with sumdb/note, reads every entry bundle, compares every entry with its leaf in the tiles
// (which sumdb/tlog checks up to the signed root), proves the first, middle and last entry, and that an older
// checkpoint is a part of the log. URL needs AUDIT_TOKEN where entries are not public.
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

type source string

func (s source) read(path string) ([]byte, error) {
	if !strings.HasPrefix(string(s), "http") {
		return os.ReadFile(string(s) + "/" + path)
	}
	request, err := http.NewRequest("GET", string(s)+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	if token := os.Getenv("AUDIT_TOKEN"); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}

// Go writes the height of a tile into its path, C2SP does not: it is always 8.
func (s source) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := s.read(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil && tile.W < width {
			full := tile
			full.W = width
			data, err = s.read(strings.Replace(full.Path(), "tile/8/", "tile/", 1))
			if err == nil {
				data = data[:tile.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (s source) Height() int                         { return 8 }
func (s source) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func group(n int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	return path
}

func (s source) bundle(index, size int64) ([][]byte, error) {
	count := size - index*width
	if count > width {
		count = width
	}
	path := "tile/entries/" + group(index)
	var data []byte
	var err error
	if count < width {
		data, err = s.read(fmt.Sprintf("%s.p/%d", path, count))
	}
	if count == width || err != nil {
		data, err = s.read(path)
	}
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for int64(len(entries)) < count {
		if len(data) < 2 {
			return nil, fmt.Errorf("%s is cut", path)
		}
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			return nil, fmt.Errorf("%s is cut", path)
		}
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	return entries, nil
}

// The first entry that retention has left, as the log says: the entry that ordered it is for a person to read.
func (s source) minimum() int64 {
	var removed struct{ Minimum, Entry int64 }
	data, err := s.read("minimum")
	if err != nil {
		return 0
	}
	check(json.Unmarshal(data, &removed))
	fmt.Printf("entries below %d were removed, by order of entry %d\n", removed.Minimum, removed.Entry)
	return removed.Minimum
}

func checkpoint(text string, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		log.Fatal("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	log.SetFlags(0)
	verifier, err := note.NewVerifier(os.Args[1])
	check(err)
	from := source(strings.TrimSuffix(os.Args[2], "/"))
	text, err := from.read("checkpoint")
	check(err)
	tree := checkpoint(string(text), verifier)
	hashes := tlog.TileHashReader(tree, from)

	minimum := from.minimum()
	for index := int64(0); index*width < tree.N; index++ {
		entries, err := from.bundle(index, tree.N)
		if err != nil && (index+1)*width <= minimum {
			continue
		}
		check(err)
		var wanted []int64
		for at := range entries {
			wanted = append(wanted, tlog.StoredHashIndex(0, index*width+int64(at)))
		}
		leaves, err := hashes.ReadHashes(wanted)
		check(err)
		for at, entry := range entries {
			if tlog.RecordHash(entry) != leaves[at] {
				log.Fatalf("entry %d differs", index*width+int64(at))
			}
		}
	}
	if tree.N > 0 {
		for _, index := range []int64{minimum, (minimum + tree.N) / 2, tree.N - 1} {
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			check(err)
			entries, err := from.bundle(index/width, tree.N)
			check(err)
			check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entries[index%width])))
		}
	}
	if len(os.Args) > 3 {
		old, err := os.ReadFile(os.Args[3])
		check(err)
		before := checkpoint(string(old), verifier)
		proof, err := tlog.ProveTree(tree.N, before.N, hashes)
		check(err)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash))
	}
	fmt.Printf("%d entries, root %s\n", tree.N, tree.Hash)
}
