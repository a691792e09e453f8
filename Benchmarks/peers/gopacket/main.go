// Reads a pcap file with gopacket and puts the streams of ports 88, 80 and 8080 together: no protocol is read.
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/google/gopacket/tcpassembly"
)

type counter struct{ streams, octets int }
type stream struct{ to *counter }

func (c *counter) New(_, _ gopacket.Flow) tcpassembly.Stream { c.streams++; return &stream{c} }
func (s *stream) ReassemblyComplete()                        {}
func (s *stream) Reassembled(pieces []tcpassembly.Reassembly) {
	for _, piece := range pieces {
		s.to.octets += len(piece.Bytes)
	}
}

func isWanted(port layers.TCPPort) bool { return port == 88 || port == 80 || port == 8080 }

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	reader, err := pcapgo.NewReader(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		panic(err)
	}
	total, packets := &counter{}, 0
	assembler := tcpassembly.NewAssembler(tcpassembly.NewStreamPool(total))
	assembler.MaxBufferedPagesPerConnection = 64
	source := gopacket.NewPacketSource(reader, reader.LinkType())
	source.DecodeOptions = gopacket.DecodeOptions{Lazy: true, NoCopy: true}
	for {
		packet, err := source.NextPacket()
		if err != nil {
			break
		}
		packets++
		if tcp, ok := packet.TransportLayer().(*layers.TCP); ok && (isWanted(tcp.SrcPort) || isWanted(tcp.DstPort)) {
			assembler.AssembleWithTimestamp(packet.NetworkLayer().NetworkFlow(), tcp, packet.Metadata().Timestamp)
		}
	}
	assembler.FlushAll()
	fmt.Println(packets, total.streams, total.octets)
}
