// Renders a chart as Helm does, with the parts that Helm itself is made of: Go's text/template, sprig, sigs.k8s.io/yaml and
// gojsonschema. It is there for machines that have Go and these libraries, but no Helm:
//
//	helm-template template NAME CHART [--namespace NS] [--values FILE]... [--kube-version V] [--exact-numbers]
//	helm-template notes    NAME CHART ...
//
// "template" prints what "helm template" prints, "notes" what "helm install" prints at the end. Helm reads numbers as floating
// point; with --exact-numbers they are as they are written, as in Helm 3.18.0, where "if" then took a zero for true.
package main

import (
	"errors"
	"fmt"
	"os"
)

type request struct {
	command, release, chart, namespace, kubeVersion string
	values                                          []string
	exactNumbers                                    bool
}

func main() {
	request, err := parse(os.Args[1:])
	if err == nil {
		err = run(request)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func parse(arguments []string) (request, error) {
	parsed := request{namespace: "default", kubeVersion: "v1.33.0"}
	var names []string
	for at := 0; at < len(arguments); at++ {
		if arguments[at] == "--exact-numbers" {
			parsed.exactNumbers = true
			continue
		}
		if len(arguments[at]) < 2 || arguments[at][:2] != "--" {
			names = append(names, arguments[at])
			continue
		}
		if at+1 == len(arguments) {
			return parsed, fmt.Errorf("%s needs a value", arguments[at])
		}
		switch flag, value := arguments[at], arguments[at+1]; flag {
		case "--namespace":
			parsed.namespace = value
		case "--values":
			parsed.values = append(parsed.values, value)
		case "--kube-version":
			parsed.kubeVersion = value
		default:
			return parsed, fmt.Errorf("unknown flag: %s", flag)
		}
		at++
	}
	if len(names) != 3 || names[0] != "template" && names[0] != "notes" {
		return parsed, errors.New("say template or notes, a release and a chart")
	}
	parsed.command, parsed.release, parsed.chart = names[0], names[1], names[2]
	return parsed, nil
}

func run(request request) error {
	chart, err := loadChart(request.chart, request.exactNumbers)
	if err != nil {
		return err
	}
	values, err := chart.with(request.values)
	if err != nil {
		return err
	}
	data, err := chart.data(request, values)
	if err != nil {
		return err
	}
	rendered, err := render(chart, data)
	if err != nil {
		return err
	}
	if request.command == "notes" {
		fmt.Print(rendered[chart.templateName("templates/NOTES.txt")])
		return nil
	}
	return printManifests(rendered)
}
