package main

import (
	"fmt"
	"regexp"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

// The order in which kinds are installed; others come last.
var order = strings.Fields(`
	PriorityClass Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget ServiceAccount Secret
	SecretList ConfigMap StorageClass PersistentVolume PersistentVolumeClaim CustomResourceDefinition ClusterRole ClusterRoleList
	ClusterRoleBinding ClusterRoleBindingList Role RoleList RoleBinding RoleBindingList Service DaemonSet Pod ReplicationController
	ReplicaSet Deployment HorizontalPodAutoscaler StatefulSet Job CronJob IngressClass Ingress APIService
	MutatingWebhookConfiguration ValidatingWebhookConfiguration`)

var separator = regexp.MustCompile(`(?:^|\s*\n)---\s*`)

type manifest struct {
	file, text string
	place      int
}

func printManifests(rendered map[string]string) error {
	var manifests []manifest
	for file, text := range rendered {
		if strings.HasSuffix(file, "NOTES.txt") {
			continue
		}
		for _, document := range separator.Split(text, -1) {
			if strings.TrimSpace(document) == "" {
				continue
			}
			read, err := readManifest(file, document)
			if err != nil {
				return err
			}
			manifests = append(manifests, read...)
		}
	}
	sort.SliceStable(manifests, func(one, other int) bool {
		if manifests[one].place != manifests[other].place {
			return manifests[one].place < manifests[other].place
		}
		return manifests[one].file < manifests[other].file
	})
	for _, manifest := range manifests {
		fmt.Printf("---\n# Source: %s\n%s\n", manifest.file, strings.TrimSpace(manifest.text))
	}
	return nil
}

func readManifest(file, text string) ([]manifest, error) {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string
		Metadata   struct {
			Name        string
			Annotations map[string]string
		}
	}
	// Keys that are there twice are for the API server to refuse; here they are found before.
	var object map[string]interface{}
	if err := yaml.UnmarshalStrict([]byte(text), &object); err != nil {
		return nil, fmt.Errorf("YAML parse error on %s: %w", file, err)
	}
	if len(object) == 0 {
		// Nothing but comments.
		return nil, nil
	}
	if err := yaml.Unmarshal([]byte(text), &head); err != nil {
		return nil, fmt.Errorf("YAML parse error on %s: %w", file, err)
	}
	if head.APIVersion == "" || head.Kind == "" || head.Metadata.Name == "" {
		return nil, fmt.Errorf("%s: an object without apiVersion, kind or name:\n%s", file, text)
	}
	place := len(order)
	for at, kind := range order {
		if kind == head.Kind {
			place = at
		}
	}
	if head.Metadata.Annotations["helm.sh/hook"] != "" {
		place = len(order) + 1
	}
	return []manifest{{file, text, place}}, nil
}
